using System.Net;
using System.Net.Sockets;
using TypedEvents.Emulator;

namespace TypedEvents.Tests;

public sealed class EngageApiTests
{
    [Fact]
    public async Task A_batch_is_reported_and_can_be_reported_again_without_a_second_event()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using EngageApi api = Trackers.CreateApi(emulator);
        using EventBatch batch = OneEvent();

        await api.ReportAsync(batch, Trackers.Cancellation);
        await api.ReportAsync(batch, Trackers.Cancellation);

        Assert.Single(emulator.Events);
        Assert.Equal(1, emulator.DuplicateCount);
        Assert.All(emulator.Requests, request => Assert.StartsWith("TypedEvents/", request.UserAgent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_address_may_have_a_path_with_or_without_a_slash_at_its_end()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        foreach (string path in new[] { "proxy", "proxy/" })
        {
            using EngageApi api = Trackers.CreateApi(emulator, options => options.BaseAddress = new Uri(emulator.BaseAddress, path));
            using EventBatch batch = OneEvent();
            EngageApiException exception = await Assert.ThrowsAsync<EngageApiException>(() => api.ReportAsync(batch, Trackers.Cancellation));
            Assert.Equal(HttpStatusCode.NotFound, exception.StatusCode);
            Assert.Equal("/proxy/v1/event/report", emulator.Requests[^1].Path);
        }
    }

    [Fact]
    public async Task An_empty_batch_is_rejected_before_it_is_sent()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using EngageApi api = Trackers.CreateApi(emulator);
        using var batch = new EventBatch();
        await Assert.ThrowsAsync<ArgumentException>(() => api.ReportAsync(batch, Trackers.Cancellation));
        Assert.Empty(emulator.Requests);
    }

    [Theory]
    [InlineData(401, 40050, "ApiKey")]
    [InlineData(200, 40050, "ApiKey")]
    [InlineData(500, 50034, "project")]
    [InlineData(200, 50074, "data source")]
    [InlineData(400, 40007, "EUID")]
    [InlineData(400, 99999, "rejected the content")]
    [InlineData(429, 0, "too many")]
    [InlineData(503, 0, "internal error")]
    public async Task A_rejection_says_what_came_back_and_what_to_check(int status, int code, string advice)
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using EngageApi api = Trackers.CreateApi(emulator);
        using EventBatch batch = OneEvent();
        emulator.RespondWith(EmulatorBehavior.Respond(status, code, "something is wrong"));

        EngageApiException exception = await Assert.ThrowsAsync<EngageApiException>(() => api.ReportAsync(batch, Trackers.Cancellation));

        Assert.Equal(status, (int?)exception.StatusCode);
        Assert.Equal(code, exception.Code);
        Assert.Equal("something is wrong", exception.ServerMessage);
        Assert.Contains(advice, exception.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"status {status}", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, "text/html", "<h1>Not here</h1>", "BaseAddress")]
    [InlineData(302, null, "", "Redirects are not followed")]
    [InlineData(200, "text/html", "<h1>Welcome to the hotel</h1>", "isn't EngageLab's")]
    [InlineData(200, "application/json", "", "isn't EngageLab's")]
    [InlineData(200, "application/json", "[]", "isn't EngageLab's")]
    [InlineData(200, "application/json", "{\"code\":\"0\"}", "isn't EngageLab's")]
    [InlineData(200, "application/json", "{\"code\":0.5}", "isn't EngageLab's")]
    [InlineData(200, "application/json", "{\"code\":0", "isn't EngageLab's")]
    [InlineData(403, "text/plain", "blocked", "credentials")]
    public async Task A_response_that_is_not_EngageLabs_is_no_success(int status, string? contentType, string body, string advice)
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using EngageApi api = Trackers.CreateApi(emulator);
        using EventBatch batch = OneEvent();
        emulator.RespondWith(EmulatorBehavior.RespondRaw(status, contentType, body));

        EngageApiException exception = await Assert.ThrowsAsync<EngageApiException>(() => api.ReportAsync(batch, Trackers.Cancellation));
        Assert.Null(exception.Code);
        Assert.Contains(advice, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_servers_message_is_cut_and_its_control_characters_are_escaped()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using EngageApi api = Trackers.CreateApi(emulator);
        using EventBatch batch = OneEvent();
        emulator.RespondWith(EmulatorBehavior.Respond(400, 1, "a\r\nb\u001b[31m" + new string('x', 5000)));

        EngageApiException exception = await Assert.ThrowsAsync<EngageApiException>(() => api.ReportAsync(batch, Trackers.Cancellation));
        Assert.Equal(256, exception.ServerMessage!.Length);
        Assert.StartsWith("a\\u000D\\u000Ab\\u001B[31m", exception.ServerMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(255, 255)]
    [InlineData(254, 256)]
    public async Task A_servers_message_is_not_cut_within_a_character(int before, int length)
    {
        EngageApiException exception = await RejectAsync("{\"code\":1,\"message\":\"" + new string('x', before) + "😀y\"}");
        Assert.Equal(length, exception.ServerMessage!.Length);
        Assert.False(char.IsHighSurrogate(exception.ServerMessage[^1]));
    }

    [Fact]
    public async Task A_message_that_is_no_text_does_not_hide_the_code_beside_it()
    {
        EngageApiException exception = await RejectAsync("""{"code":40050,"message":"\ud800"}""");
        Assert.Equal(40050, exception.Code);
        Assert.Null(exception.ServerMessage);
    }

    [Fact]
    public async Task A_byte_order_mark_before_an_answer_does_not_hide_it()
    {
        Assert.Equal(40050, (await RejectAsync("\uFEFF{\"code\":40050}")).Code);
    }

    [Fact]
    public async Task A_connection_that_breaks_off_in_the_handshake_says_nothing_about_the_certificate()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task breaking = BreakOffAsync(listener);
        using var api = new EngageApi(new EngageApiOptions
        {
            BaseAddress = new Uri($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"),
            ApiKey = Trackers.ApiKey,
            ApiSecret = Trackers.ApiSecret,
        });
        using EventBatch batch = OneEvent();
        EngageApiException exception = await Assert.ThrowsAsync<EngageApiException>(() => api.ReportAsync(batch, Trackers.Cancellation));
        Assert.DoesNotContain("certificate", exception.Message, StringComparison.Ordinal);
        await breaking;
    }

    [Fact]
    public async Task A_response_that_a_given_client_cannot_decompress_is_no_whole_response()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using var client = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.GZip });
        using EngageApi api = Trackers.CreateApi(emulator, options => options.HttpClient = client);
        using EventBatch batch = OneEvent();
        emulator.RespondWith(EmulatorBehavior.Respond(200, 0).WithHeader("Content-Encoding", "gzip"));
        await Assert.ThrowsAsync<EngageApiException>(() => api.ReportAsync(batch, Trackers.Cancellation));
    }

    [Fact]
    public async Task Retry_after_is_read_in_seconds_and_as_a_date()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        var clock = Trackers.FakeClock();
        using EngageApi api = Trackers.CreateApi(emulator, options => options.TimeProvider = clock);
        using EventBatch batch = OneEvent();
        emulator.Next(EmulatorBehavior.Respond(429, 1).WithHeader("Retry-After", "7"));
        emulator.Next(EmulatorBehavior.Respond(503, 1).WithHeader("Retry-After", clock.GetUtcNow().AddMinutes(2).ToString("R")));
        emulator.Next(EmulatorBehavior.Respond(503, 1).WithHeader("Retry-After", clock.GetUtcNow().AddMinutes(-2).ToString("R")));

        Assert.Equal(TimeSpan.FromSeconds(7), (await Assert.ThrowsAsync<EngageApiException>(() => api.ReportAsync(batch, Trackers.Cancellation))).RetryAfter);
        Assert.Equal(TimeSpan.FromMinutes(2), (await Assert.ThrowsAsync<EngageApiException>(() => api.ReportAsync(batch, Trackers.Cancellation))).RetryAfter);
        Assert.Equal(TimeSpan.Zero, (await Assert.ThrowsAsync<EngageApiException>(() => api.ReportAsync(batch, Trackers.Cancellation))).RetryAfter);
    }

    [Fact]
    public async Task No_whole_response_is_an_exception_that_says_so()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using EngageApi api = Trackers.CreateApi(emulator);
        using EventBatch batch = OneEvent();

        foreach ((EmulatorBehavior behavior, string message) in new[]
        {
            (EmulatorBehavior.CutBeforeReading, "closed before the response"),
            (EmulatorBehavior.Cut, "closed before the response"),
            (EmulatorBehavior.LoseResponse, "closed before the response"),
            (EmulatorBehavior.Respond(200, 0).CutHalfway(), "closed before the response"),
            (EmulatorBehavior.RespondHuge(1_000_000), "longer than EngageLab's"),
        })
        {
            emulator.RespondWith(behavior);
            EngageApiException exception = await Assert.ThrowsAsync<EngageApiException>(() => api.ReportAsync(batch, Trackers.Cancellation));
            Assert.Contains(message, exception.Message, StringComparison.Ordinal);
            Assert.Null(exception.Code);
        }
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_an_exception_that_names_the_address()
    {
        // Bound but not listening, so that no other process can use the port.
        using var nobody = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var api = new EngageApi(new EngageApiOptions
        {
            BaseAddress = new Uri($"http://{nobody.LocalEndPoint}"),
            AllowInsecureLoopback = true,
            ApiKey = Trackers.ApiKey,
            ApiSecret = Trackers.ApiSecret,
        });
        using EventBatch batch = OneEvent();
        EngageApiException exception = await Assert.ThrowsAsync<EngageApiException>(() => api.ReportAsync(batch, Trackers.Cancellation));
        Assert.Contains("No connection", exception.Message, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up_after_the_timeout_by_the_clock_that_was_set()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        var clock = Trackers.FakeClock();
        using EngageApi api = Trackers.CreateApi(emulator, options =>
        {
            options.TimeProvider = clock;
            options.Timeout = EngageApiOptions.DefaultTimeout;
        });
        using EventBatch batch = OneEvent();
        emulator.RespondWith(EmulatorBehavior.Hang);

        Task report = api.ReportAsync(batch, Trackers.Cancellation);
        await emulator.WaitForRequestsAsync(1, Trackers.Cancellation);
        clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(report.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Contains("timed out", (await Assert.ThrowsAsync<EngageApiException>(() => report)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_can_be_cancelled()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using EngageApi api = Trackers.CreateApi(emulator);
        using EventBatch batch = OneEvent();
        emulator.RespondWith(EmulatorBehavior.Hang);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Trackers.Cancellation);

        Task report = api.ReportAsync(batch, cancellation.Token);
        await emulator.WaitForRequestsAsync(1, Trackers.Cancellation);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => report);
    }

    [Fact]
    public async Task Credentials_can_be_exchanged()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using EngageApi api = Trackers.CreateApi(emulator, options => options.ApiSecret = "old");
        using EventBatch batch = OneEvent();
        await Assert.ThrowsAsync<EngageApiException>(() => api.ReportAsync(batch, Trackers.Cancellation));
        api.UseCredentials(Trackers.ApiKey, Trackers.ApiSecret);
        await api.ReportAsync(batch, Trackers.Cancellation);
        Assert.Throws<ArgumentException>(() => api.UseCredentials("key", ""));
    }

    private static async Task<EngageApiException> RejectAsync(string body)
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using EngageApi api = Trackers.CreateApi(emulator);
        using EventBatch batch = OneEvent();
        emulator.RespondWith(EmulatorBehavior.RespondRaw(400, "application/json", body));
        return await Assert.ThrowsAsync<EngageApiException>(() => api.ReportAsync(batch, Trackers.Cancellation));
    }

    private static async Task BreakOffAsync(TcpListener listener)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync(Trackers.Cancellation);
        client.LingerState = new LingerOption(true, 0);
    }

    private static EventBatch OneEvent()
    {
        var batch = new EventBatch();
        Assert.True(batch.TryAdd(Trackers.Alice, new SignUp("pro", 3)));
        return batch;
    }
}
