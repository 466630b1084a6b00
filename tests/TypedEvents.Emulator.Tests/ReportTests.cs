using System.Net;
using System.Text.Json;

namespace TypedEvents.Emulator.Tests;

public sealed class ReportTests
{
    private const string DocumentedExample =
        """
        {
          "app_key": "96441e4d73207a6517abfbbc",
          "data": [
            { "euid": 10000091198, "event_name": "sign_up", "itime": 1654076420772,
              "random_id": "5b102148-0d28-4a6a-8658-483f7d1c735e",
              "properties": { "propertyA": "a", "propertyB": 2 } },
            { "euid": 10000091199, "event_name": "login", "itime": 1654076420235,
              "properties": { "propertyC": "a", "propertyD": 3, "propertyJ": "true", "propertyK": 169,
                              "propertyL": ["test1", "20231025"] } }
          ]
        }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_documentations_example_is_accepted_and_recorded_unchanged()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);

        EmulatorClient.Reply reply = await client.AskAsync(EmulatorClient.Post(EmulatorClient.Report, DocumentedExample));

        Assert.Equal("""{"code":0,"message":"success"}""", reply.Body);
        IReadOnlyList<ReceivedEvent> events = emulator.Events;
        Assert.Equal(2, events.Count);
        ReceivedEvent signUp = events[0];
        Assert.Equal("96441e4d73207a6517abfbbc", signUp.AppKey);
        Assert.Equal(10000091198, signUp.Euid);
        Assert.Equal("sign_up", signUp.EventName);
        Assert.Equal(1654076420772, signUp.Itime);
        Assert.Equal("5b102148-0d28-4a6a-8658-483f7d1c735e", signUp.RandomId);
        Assert.Equal(2, signUp.Properties!.Value.GetProperty("propertyB").GetInt32());
        Assert.Equal(1, signUp.Arrivals);
        Assert.StartsWith("""{ "euid": 10000091198, "event_name": "sign_up",""", signUp.Json, StringComparison.Ordinal);
        Assert.Equal("20231025", events[1].Properties!.Value.GetProperty("propertyL")[1].GetString());
    }

    [Fact]
    public async Task An_event_without_a_random_id_gets_one()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);

        await client.ReportAsync(EmulatorClient.Event(), EmulatorClient.Event());

        Assert.Equal(2, emulator.Events.DistinctBy(received => received.RandomId).Count(received => received.RandomId.Length > 0));
        Assert.Null(emulator.Events[0].Properties);
        Assert.Null(emulator.Events[0].AppKey);
    }

    [Fact]
    public async Task Duplicates_are_counted_and_recorded_once()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);

        (await client.ReportAsync(EmulatorClient.Event("a", id: "1"), EmulatorClient.Event("b", id: "2"))).IsSuccess();
        (await client.ReportAsync(EmulatorClient.Event("b", id: "2"), EmulatorClient.Event("c", id: "3"))).IsSuccess();
        (await client.ReportAsync(EmulatorClient.Event("d", id: "4"), EmulatorClient.Event("d", id: "4"), EmulatorClient.Event("other", id: "2"))).IsSuccess();

        Assert.Equal(["a", "b", "c", "d"], emulator.Events.Select(received => received.EventName));
        Assert.Equal([1, 3, 1, 2], emulator.Events.Select(received => received.Arrivals));
        Assert.Equal(3, emulator.DuplicateCount);
        Assert.Equal(1, emulator.ConflictCount);
    }

    [Fact]
    public async Task A_request_is_recorded_as_a_whole_or_not_at_all()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);

        EmulatorClient.Reply reply = await client.ReportAsync(EmulatorClient.Event(id: "1"), EmulatorClient.Event("Bad", id: "2"), EmulatorClient.Event(id: "3"));

        reply.IsRejection(HttpStatusCode.BadRequest, EmulatorCodes.InvalidBody);
        Assert.StartsWith("data[1].event_name: ", reply.Message, StringComparison.Ordinal);
        Assert.Empty(emulator.Events);
        Assert.Equal(400, Assert.Single(emulator.Requests).Status);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public async Task A_request_has_at_most_100_events(int count, bool isAccepted)
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);

        EmulatorClient.Reply reply = await client.ReportAsync(Enumerable.Repeat(EmulatorClient.Event(), count));

        Assert.Equal(isAccepted ? HttpStatusCode.OK : HttpStatusCode.BadRequest, reply.Status);
        Assert.Equal(isAccepted ? count : 0, emulator.EventCount);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("\"mine\"", true)]
    [InlineData("\"other\"", false)]
    public async Task The_app_key_may_be_missing_but_not_a_different_one(string? appKey, bool isAccepted)
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(new() { AppKey = "mine", MaxEventsPerRequest = 1 }, Cancellation);
        using var client = new EmulatorClient(emulator);
        string body = appKey is null ? EmulatorClient.Data(EmulatorClient.Event()) : $$"""{"data":[{{EmulatorClient.Event()}}],"app_key":{{appKey}}}""";

        EmulatorClient.Reply reply = await client.AskAsync(EmulatorClient.Post(EmulatorClient.Report, body));

        Assert.Equal(isAccepted ? HttpStatusCode.OK : HttpStatusCode.BadRequest, reply.Status);
    }

    [Fact]
    public async Task Parallel_requests_are_all_recorded()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);

        Task<IReadOnlyList<ReceivedEvent>> all = emulator.WaitForEventsAsync(500, Cancellation);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(request =>
            client.ReportAsync(Enumerable.Range(0, 10).Select(index => EmulatorClient.Event(id: $"{(request * 5) + (index % 5)}")))));

        Assert.Equal(500, (await all).Count);
        Assert.Equal(500, emulator.Events.DistinctBy(received => received.RandomId).Count());
        Assert.All(emulator.Events, received => Assert.Equal(2, received.Arrivals));
        Assert.Equal(500, emulator.DuplicateCount);
        Assert.Equal(100, emulator.RequestCount);
        Assert.All(emulator.Requests, request => Assert.Equal((200, 10), (request.Status, request.Events.Count)));
    }

    [Fact]
    public async Task Reading_events_returns_all_from_the_first_until_disposal()
    {
        EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);
        await client.ReportAsync(EmulatorClient.Event("first", id: "1"));

        var names = new List<string>();
        await foreach (ReceivedEvent received in emulator.ReadEventsAsync(Cancellation))
        {
            names.Add(received.EventName);
            if (names.Count == 1)
            {
                await client.ReportAsync(EmulatorClient.Event("first", id: "1"), EmulatorClient.Event("second", id: "2"));
            }
            else
            {
                await emulator.DisposeAsync();
            }
        }

        Assert.Equal(["first", "second"], names);
    }

    [Fact]
    public async Task Clearing_removes_events_and_requests_but_not_users()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);
        await client.ReportAsync(EmulatorClient.Event(id: "1"), EmulatorClient.Event(id: "1"));
        await client.AskAsync(EmulatorClient.Post(EmulatorClient.Register, """{"identity_name":"user_id","identity_values":["a"]}"""));

        emulator.Clear();

        Assert.Empty(emulator.Events);
        Assert.Empty(emulator.Requests);
        Assert.Equal(0, emulator.DuplicateCount);
        Assert.Single(emulator.Users);
        await client.ReportAsync(EmulatorClient.Event(id: "1"));
        Assert.Equal(1, Assert.Single(await emulator.WaitForEventsAsync(1, Cancellation)).Arrivals);
    }

    [Fact]
    public async Task Properties_stay_readable_after_disposal()
    {
        EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using (var client = new EmulatorClient(emulator))
        {
            await client.AskAsync(EmulatorClient.Post(EmulatorClient.Report, DocumentedExample));
        }

        await emulator.DisposeAsync();
        await emulator.DisposeAsync();

        JsonElement properties = emulator.Events[0].Properties!.Value;
        Assert.Equal("a", properties.GetProperty("propertyA").GetString());
    }
}
