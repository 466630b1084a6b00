using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace TypedEvents.Emulator.Tests;

public sealed class BehaviorTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_configured_response_records_no_events()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);
        emulator.Next(EmulatorBehavior.Respond(429, 50001, "slow down").WithHeader("Retry-After", "2").WithHeader("X-More", "1"));

        using HttpRequestMessage request = EmulatorClient.Post(EmulatorClient.Report, EmulatorClient.Data(EmulatorClient.Event()));
        using HttpResponseMessage response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(2), response.Headers.RetryAfter?.Delta);
        Assert.Equal(["1"], response.Headers.GetValues("X-More"));
        Assert.Equal("""{"code":50001,"message":"slow down"}""", await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Empty(emulator.Events);
        ReceivedRequest kept = Assert.Single(emulator.Requests);
        Assert.Equal(429, kept.Status);
        Assert.Single(kept.Events);
        Assert.Equal(0, kept.Events[0].Arrivals);
    }

    [Fact]
    public async Task A_response_can_be_anything()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);
        emulator.Next(EmulatorBehavior.RespondRaw(502, "text/html", "<p>é</p>"));
        emulator.Next(EmulatorBehavior.RespondRaw(200, null, new byte[] { 0, 255 }));
        emulator.Next(EmulatorBehavior.Respond(204));
        emulator.Next(EmulatorBehavior.Respond(304));
        emulator.Next(EmulatorBehavior.Respond(503));

        Assert.Equal((HttpStatusCode.BadGateway, "text/html", "<p>é</p>"u8.ToArray()), await AskAsync(client), ResponseComparer);
        Assert.Equal((HttpStatusCode.OK, null, [0, 255]), await AskAsync(client), ResponseComparer);
        Assert.Equal((HttpStatusCode.NoContent, null, []), await AskAsync(client), ResponseComparer);
        Assert.Equal((HttpStatusCode.NotModified, null, []), await AskAsync(client), ResponseComparer);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, null, []), await AskAsync(client), ResponseComparer);
    }

    [Fact]
    public async Task Queued_behaviors_come_first_then_the_default_then_normal_processing()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);
        emulator.RespondWith(EmulatorBehavior.Respond(503, 3));
        emulator.Next(EmulatorBehavior.Respond(500, 1), count: 2);
        emulator.Next(EmulatorBehavior.Respond(500, 2));

        var codes = new List<int>();
        for (int i = 0; i < 5; i++)
        {
            codes.Add((await client.ReportAsync(EmulatorClient.Event())).Code);
        }

        emulator.RespondNormally();
        codes.Add((await client.ReportAsync(EmulatorClient.Event())).Code);

        Assert.Equal([1, 1, 2, 3, 3, 0], codes);
        Assert.Single(emulator.Events);
    }

    [Fact]
    public async Task A_function_can_choose_the_behavior_by_the_requests_content()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);
        emulator.RespondWith(request => request.Body.Span.IndexOf("poison"u8) >= 0 ? EmulatorBehavior.Respond(403, 1, "firewall") : null);

        (await client.ReportAsync(EmulatorClient.Event())).IsSuccess();
        (await client.ReportAsync(EmulatorClient.Event("poison"))).IsRejection(HttpStatusCode.Forbidden, 1);
        Assert.Equal("login", Assert.Single(emulator.Events).EventName);
    }

    [Fact]
    public async Task A_function_that_throws_leads_to_a_500_response()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);
        emulator.RespondWith(request => throw new FormatException("mine"));

        EmulatorClient.Reply reply = await client.ReportAsync(EmulatorClient.Event());

        reply.IsRejection(HttpStatusCode.InternalServerError, EmulatorCodes.CallbackFailed);
        Assert.Contains("FormatException: mine", reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_events_reject_the_whole_request()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);
        emulator.RejectEvents(received => received.EventName == "bad", code: 50001);

        (await client.ReportAsync(EmulatorClient.Event(), EmulatorClient.Event("bad"))).IsRejection(HttpStatusCode.BadRequest, 50001);
        (await client.ReportAsync(EmulatorClient.Event(), EmulatorClient.Event("good"))).IsSuccess();
        Assert.Equal(["login", "good"], emulator.Events.Select(received => received.EventName));

        emulator.RejectEvents(null);
        (await client.ReportAsync(EmulatorClient.Event("bad"))).IsSuccess();
    }

    [Fact]
    public async Task Events_can_be_recorded_whatever_the_response_says()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);
        emulator.Next(EmulatorBehavior.Respond(500, 1).AfterProcessing());
        emulator.Next(EmulatorBehavior.Normal.AfterProcessing());
        emulator.Next(EmulatorBehavior.Respond(200, 0).AfterProcessing());

        (await client.ReportAsync(EmulatorClient.Event(id: "1"))).IsRejection(HttpStatusCode.InternalServerError, 1);
        (await client.ReportAsync(EmulatorClient.Event(id: "2"))).IsSuccess();
        Assert.Equal(0, (await client.ReportAsync(EmulatorClient.Event("Wrong", id: "3"))).Code);

        Assert.Equal(["1", "2"], emulator.Events.Select(received => received.RandomId));
        Assert.Equal(0, emulator.DuplicateCount);
    }

    [Fact]
    public async Task A_response_can_be_sent_byte_by_byte()
    {
        var clock = new InstantClock();
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(new() { TimeProvider = clock }, Cancellation);
        using var client = new EmulatorClient(emulator);
        emulator.Next(EmulatorBehavior.Normal.Drip(TimeSpan.FromSeconds(1)));

        EmulatorClient.Reply reply = await client.ReportAsync(EmulatorClient.Event());

        reply.IsSuccess();
        Assert.Equal(Enumerable.Repeat(TimeSpan.FromSeconds(1), Encoding.UTF8.GetByteCount(reply.Body)), clock.Delays);
    }

    [Fact]
    public async Task The_head_of_a_dripped_response_is_sent_immediately()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(new() { TimeProvider = new FakeTimeProvider() }, Cancellation);
        using var client = new EmulatorClient(emulator);
        emulator.Next(EmulatorBehavior.Respond(200, 0).Drip(TimeSpan.FromSeconds(1)));

        using HttpRequestMessage request = EmulatorClient.Post(EmulatorClient.Report, "");
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_response_can_be_delayed_by_the_configured_clock()
    {
        var clock = new FakeTimeProvider();
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(new() { TimeProvider = clock }, Cancellation);
        using var client = new EmulatorClient(emulator);
        emulator.Next(EmulatorBehavior.Normal.After(TimeSpan.FromHours(1)));

        Task<EmulatorClient.Reply> asking = client.ReportAsync(EmulatorClient.Event());
        ReceivedRequest request = Assert.Single(await emulator.WaitForRequestsAsync(1, Cancellation));
        Assert.Null(request.Status);
        Assert.Empty(emulator.Events);
        clock.Advance(TimeSpan.FromHours(1));

        (await asking).IsSuccess();
        Assert.Single(emulator.Events);
        Assert.Equal(200, request.Status);
        Assert.Single(emulator.Requests);
    }

    [Fact]
    public async Task A_response_can_be_huge()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);
        emulator.Next(EmulatorBehavior.RespondHuge());
        emulator.Next(EmulatorBehavior.RespondHuge(100_000));

        using (HttpRequestMessage request = EmulatorClient.Post(EmulatorClient.Report, ""))
        {
            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(64 * 1024 * 1024, response.Content.Headers.ContentLength);
        }

        EmulatorClient.Reply reply = await client.ReportAsync(EmulatorClient.Event());
        Assert.Equal(0, reply.Code);
        Assert.Equal(100_000, reply.Body.Length);
    }

    [Fact]
    public async Task A_request_can_hang_until_the_client_disconnects()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);
        using var giveUp = new CancellationTokenSource();
        emulator.Next(EmulatorBehavior.Hang.AfterProcessing());

        using HttpRequestMessage request = EmulatorClient.Post(EmulatorClient.Report, EmulatorClient.Data(EmulatorClient.Event()));
        Task<HttpResponseMessage> sending = client.SendAsync(request, cancellationToken: giveUp.Token);
        await emulator.WaitForEventsAsync(1, Cancellation);
        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        (await client.ReportAsync(EmulatorClient.Event())).IsSuccess();
    }

    [Fact]
    public void Invalid_behaviors_are_rejected_when_they_are_created()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => EmulatorBehavior.Respond(199));
        Assert.Throws<ArgumentOutOfRangeException>(() => EmulatorBehavior.Respond(600, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => EmulatorBehavior.Respond(204, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => EmulatorBehavior.RespondHuge(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => EmulatorBehavior.Normal.After(TimeSpan.FromSeconds(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => EmulatorBehavior.Normal.Drip(TimeSpan.FromSeconds(-1)));
    }

    private static bool ResponseComparer(
        (HttpStatusCode Status, string? Type, byte[] Body) expected, (HttpStatusCode Status, string? Type, byte[] Body) actual) =>
        (expected.Status, expected.Type) == (actual.Status, actual.Type) && expected.Body.AsSpan().SequenceEqual(actual.Body);

    private static async Task<(HttpStatusCode Status, string? Type, byte[] Body)> AskAsync(EmulatorClient client)
    {
        using HttpRequestMessage request = EmulatorClient.Post(EmulatorClient.Report, "");
        using HttpResponseMessage response = await client.SendAsync(request);
        return (response.StatusCode, response.Content.Headers.ContentType?.ToString(), await response.Content.ReadAsByteArrayAsync(Cancellation));
    }
}
