using System.Text.Json;
using System.Text.Json.Nodes;
using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary>The request that EngageLab's page of the report call shows, made from records.</summary>
public sealed partial class DocumentationExampleTests
{
    private const string Documented = """
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

    [Fact]
    public async Task Records_produce_the_body_that_the_documentation_shows()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using EngageApi api = Trackers.CreateApi(emulator, options => options.AppKey = "96441e4d73207a6517abfbbc");
        using var batch = new EventBatch();

        Assert.True(batch.TryAdd(
            new Euid(10000091198),
            new DocumentedSignUp("a", 2),
            new EventContext(DateTimeOffset.FromUnixTimeMilliseconds(1654076420772), "5b102148-0d28-4a6a-8658-483f7d1c735e")));
        Assert.True(batch.TryAdd(
            new Euid(10000091199),
            new DocumentedLogin("a", 3, true, 169, ["test1", "20231025"]),
            new EventContext(DateTimeOffset.FromUnixTimeMilliseconds(1654076420235), "made-for-the-test")));
        await api.ReportAsync(batch, Trackers.Cancellation);

        ReceivedRequest request = Assert.Single(emulator.Requests);
        JsonNode received = JsonNode.Parse(request.Body.Span)!;

        // The documentation leaves the second event's random_id to the server; ours is always sent.
        JsonObject second = received["data"]![1]!.AsObject();
        Assert.Equal("made-for-the-test", (string?)second["random_id"]);
        second.Remove("random_id");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Documented), received), JsonSerializer.Serialize(received));
    }

    // The documentation's names break the rule of the client SDKs, and one is that of another event of these tests.
#pragma warning disable TE0011, TE0014
    [EngageEvent("sign_up")]
    internal sealed partial record DocumentedSignUp([EventProperty("propertyA")] string A, [EventProperty("propertyB")] int B);

    [EngageEvent("login")]
    internal sealed partial record DocumentedLogin(
        [EventProperty("propertyC")] string C,
        [EventProperty("propertyD")] int D,
        [EventProperty("propertyJ")] bool J,
        [EventProperty("propertyK")] int K,
        [EventProperty("propertyL")] string[] L);
#pragma warning restore TE0011, TE0014
}
