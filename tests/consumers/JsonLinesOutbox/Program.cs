using TypedEvents;
using TypedEvents.Outbox;
using TypedEvents.Outbox.Testing;

string folder = Directory.CreateTempSubdirectory("TypedEvents.JsonLinesOutbox.").FullName;
try
{
    // The contract, without a test framework.
    int failed = 0;
    foreach (OutboxContractCase item in OutboxContract.Cases)
    {
        try
        {
            await item.RunAsync(new JsonLinesOutboxFactory(folder));
        }
        catch (Exception exception)
        {
            failed++;
            Console.WriteLine($"{item}: {exception}");
        }
    }

    Console.WriteLine($"{OutboxContract.Cases.Count - failed} of {OutboxContract.Cases.Count} cases passed");

    // A tracker over it.
    await using EventTracker tracker = EventTracker.Create(options =>
    {
        options.BaseAddress = new Uri(args[0]);
        options.AllowInsecureLoopback = true;
        options.ApiKey = "local";
        options.ApiSecret = "local";
        options.Outbox = new JsonLinesOutbox(Path.Combine(folder, "events.jsonl"), 1_000_000, 1_000_000, TimeProvider.System);
    });
    await tracker.StartAsync();
    await tracker.TrackSignUpAsync(new Euid(7), plan: "pro");
    FlushResult result = await tracker.StopAsync();
    return failed == 0 && result.Outbox?.Delivered == 1 ? 0 : 1;
}
finally
{
    Directory.Delete(folder, recursive: true);
}

[EngageEvent("sign_up")]
public partial record SignUp(string Plan);

internal sealed class JsonLinesOutboxFactory(string folder) : OutboxFactory
{
    public override ValueTask<IEventOutbox> CreateAsync(OutboxSpecification specification, CancellationToken cancellationToken) => new(
        new JsonLinesOutbox(Path.Combine(folder, specification.Name + ".jsonl"), specification.MaxBytes, specification.MaxDeadLetterBytes, specification.TimeProvider));
}
