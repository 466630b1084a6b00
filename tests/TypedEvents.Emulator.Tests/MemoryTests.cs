namespace TypedEvents.Emulator.Tests;

/// <summary>Measures the heap, so nothing may run beside it.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
[Collection(nameof(MemoryTests))]
public sealed class MemoryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_does_not_keep_the_others_of_its_request_in_memory()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(new() { MaxEvents = 1, MaxRequests = 1 }, Cancellation);
        using var client = new EmulatorClient(emulator);
        string large = string.Concat("{\"euid\":1,\"event_name\":\"login\",\"itime\":2,\"properties\":{\"padding\":\"", new string('x', 1_000_000), "\"}}");

        // With its sibling each of these would keep 1 MB.
        var kept = new List<ReceivedEvent>();
        for (int i = 0; i < 60; i++)
        {
            (await client.ReportAsync(large, EmulatorClient.Event(id: "last"))).IsSuccess();
            kept.Add(emulator.Events[^1]);
            emulator.Clear();
        }

        Assert.All(kept, one => Assert.Equal("last", one.RandomId));
        // What becomes free with these events was kept by them. What the requests left in pools of arrays stays in both figures.
        long before = GC.GetTotalMemory(forceFullCollection: true);
        kept.Clear();
        long after = GC.GetTotalMemory(forceFullCollection: true);
        Assert.InRange(before - after, long.MinValue, 30_000_000);
    }
}
