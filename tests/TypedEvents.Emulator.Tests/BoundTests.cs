using System.Net;

namespace TypedEvents.Emulator.Tests;

/// <summary>What the emulator stores is bounded, and it says what it dropped.</summary>
public sealed class BoundTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_oldest_events_are_dropped_and_counted()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(new() { MaxEvents = 3 }, Cancellation);
        using var client = new EmulatorClient(emulator);

        (await client.ReportAsync(EmulatorClient.Event(id: "1"), EmulatorClient.Event(id: "2"), EmulatorClient.Event(id: "3"))).IsSuccess();
        Assert.Equal((3, 0), (emulator.EventCount, emulator.DroppedEventCount));
        (await client.ReportAsync(EmulatorClient.Event(id: "4"), EmulatorClient.Event(id: "5"))).IsSuccess();

        Assert.Equal(["3", "4", "5"], emulator.Events.Select(received => received.RandomId));
        Assert.Equal((5, 2), (emulator.EventCount, emulator.DroppedEventCount));
        Assert.Equal(3, (await emulator.WaitForEventsAsync(5, Cancellation)).Count);
    }

    [Fact]
    public async Task A_report_of_more_events_than_are_stored_is_accepted_as_a_whole()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(new() { MaxEvents = 1 }, Cancellation);
        using var client = new EmulatorClient(emulator);

        (await client.ReportAsync(EmulatorClient.Event(id: "1"), EmulatorClient.Event(id: "2"))).IsSuccess();

        Assert.Equal("2", Assert.Single(emulator.Events).RandomId);
        Assert.Equal((2, 1), (emulator.EventCount, emulator.DroppedEventCount));
    }

    [Fact]
    public async Task The_id_of_a_dropped_event_is_forgotten()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(new() { MaxEvents = 1 }, Cancellation);
        using var client = new EmulatorClient(emulator);

        foreach (string id in new[] { "1", "1", "2", "1" })
        {
            (await client.ReportAsync(EmulatorClient.Event(id: id))).IsSuccess();
        }

        Assert.Equal((3, 1), (emulator.EventCount, emulator.DuplicateCount));
    }

    [Fact]
    public async Task The_oldest_requests_are_dropped_and_counted()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(new() { MaxRequests = 2 }, Cancellation);
        using var client = new EmulatorClient(emulator);

        foreach (string id in new[] { "1", "2", "3" })
        {
            (await client.ReportAsync(EmulatorClient.Event(id: id))).IsSuccess();
        }

        Assert.Equal(["2", "3"], emulator.Requests.Select(request => request.Events[0].RandomId));
        Assert.Equal((3, 1), (emulator.RequestCount, emulator.DroppedRequestCount));
        Assert.Equal((3, 0), (emulator.EventCount, emulator.DroppedEventCount));
    }

    [Fact]
    public async Task What_is_stored_is_bounded_in_bytes()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(new() { MaxStoredBytes = 100_000 }, Cancellation);
        using var client = new EmulatorClient(emulator);
        string padding = new('x', 8_000);

        for (int i = 0; i < 20; i++)
        {
            (await client.ReportAsync($$$"""{"euid":1,"event_name":"login","itime":2,"random_id":"{{{i}}}","properties":{"padding":"{{{padding}}}"}}""")).IsSuccess();
        }

        // 100,000 bytes are five events of twice 8,000 and 600 more, and three requests, which have the body as well.
        Assert.Equal((5, 15), (emulator.Events.Count, emulator.DroppedEventCount));
        Assert.Equal((3, 17), (emulator.Requests.Count, emulator.DroppedRequestCount));
        Assert.Equal("19", emulator.Events[^1].RandomId);
    }

    [Fact]
    public async Task The_newest_event_and_request_are_stored_whatever_their_size()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(new() { MaxStoredBytes = 1 }, Cancellation);
        using var client = new EmulatorClient(emulator);

        (await client.ReportAsync(EmulatorClient.Event(id: "1"))).IsSuccess();
        (await client.ReportAsync(EmulatorClient.Event(id: "2"))).IsSuccess();

        Assert.Equal("2", Assert.Single(emulator.Events).RandomId);
        Assert.Equal("2", Assert.Single(Assert.Single(emulator.Requests).Events).RandomId);
    }

    [Theory]
    [InlineData("/v1/event/report", "wrong", HttpStatusCode.Unauthorized)]
    [InlineData("/v1/user/register", "wrong", HttpStatusCode.Unauthorized)]
    [InlineData("/v1/other", "local", HttpStatusCode.NotFound)]
    public async Task A_request_that_its_head_rejects_is_read_to_its_end_but_stored_only_in_part(string path, string apiKey, HttpStatusCode status)
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);
        byte[] body = new byte[8 << 20];

        Assert.Equal(status, (await client.AskAsync(EmulatorClient.Post(path, body, apiKey))).Status);

        Assert.Equal(256 * 1024, Assert.Single(emulator.Requests).Body.Length);
    }

    [Fact]
    public async Task The_events_of_a_small_request_without_valid_credentials_can_be_read()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);
        byte[] body = System.Text.Encoding.UTF8.GetBytes(EmulatorClient.Data(EmulatorClient.Event(id: "1")));

        (await client.AskAsync(EmulatorClient.Post(EmulatorClient.Report, body, "wrong"))).IsRejection(HttpStatusCode.Unauthorized, EmulatorCodes.AuthenticationFailed);

        Assert.Equal("1", Assert.Single(Assert.Single(emulator.Requests).Events).RandomId);
        Assert.Empty(emulator.Events);
    }

    [Fact]
    public async Task A_slow_reader_skips_what_was_dropped_and_gets_the_rest_in_order()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(new() { MaxEvents = 2 }, Cancellation);
        using var client = new EmulatorClient(emulator);
        await using IAsyncEnumerator<ReceivedEvent> reader = emulator.ReadEventsAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        (await client.ReportAsync(EmulatorClient.Event(id: "1"))).IsSuccess();
        Assert.True(await reader.MoveNextAsync());
        Assert.Equal("1", reader.Current.RandomId);

        (await client.ReportAsync(EmulatorClient.Event(id: "2"), EmulatorClient.Event(id: "3"), EmulatorClient.Event(id: "4"))).IsSuccess();

        Assert.True(await reader.MoveNextAsync());
        Assert.Equal("3", reader.Current.RandomId);
        Assert.True(await reader.MoveNextAsync());
        Assert.Equal("4", reader.Current.RandomId);
    }

    [Fact]
    public async Task Bounds_out_of_range_are_rejected()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => EngageLabEmulator.StartAsync(new() { MaxEvents = 0 }, Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => EngageLabEmulator.StartAsync(new() { MaxRequests = 0 }, Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => EngageLabEmulator.StartAsync(new() { MaxStoredBytes = 0 }, Cancellation));
    }
}
