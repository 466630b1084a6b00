using TypedEvents.Outbox.Sqlite;

namespace TypedEvents.Torture;

/// <summary>The tracker of a child process, by its arguments.</summary>
internal static class ChildTracker
{
    /// <param name="arguments">
    /// <c>file</c>, else in memory; <c>bytes</c>, the outbox's limit; <c>process</c>; <c>step</c> and <c>passages</c>, when it kills
    /// itself; and those of the other overload.
    /// </param>
    public static EventTracker Create(Arguments arguments)
    {
        var killSwitch = new KillSwitch(Enum.Parse<KillStep>(arguments.Text("step") ?? nameof(KillStep.None)), arguments.Number("passages", 1));
        var client = new HttpClient(new KillingHandler(killSwitch)) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Add(KillingHandler.ProcessHeader, arguments.Text("process") ?? "0");
        return Create(arguments, new KillingOutbox(CreateOutbox(arguments), killSwitch), client);
    }

    /// <param name="arguments"><c>address</c>; <c>speed</c> of the clock; <c>attempt</c>, the time-out of one, and <c>shutdown</c> in milliseconds.</param>
    /// <param name="outbox">Where its events are.</param>
    /// <param name="client">What it sends with.</param>
    public static EventTracker Create(Arguments arguments, IEventOutbox outbox, HttpClient client)
    {
        int speed = arguments.Number("speed", 1);
        return EventTracker.Create(options =>
        {
            options.BaseAddress = new Uri(arguments.Required("address"));
            options.AllowInsecureLoopback = true;
            options.ApiKey = "local";
            options.ApiSecret = "local";
            options.HttpClient = client;
            options.FlushInterval = TimeSpan.FromMilliseconds(20 * speed);
            options.TimeProvider = speed == 1 ? TimeProvider.System : new FastClock(speed);
            options.AttemptTimeout = TimeSpan.FromMilliseconds(arguments.Number("attempt", 10_000));
            options.ShutdownTimeout = TimeSpan.FromMilliseconds(arguments.Number("shutdown", 5000) * speed);
            options.Outbox = outbox;
        });
    }

    private static IEventOutbox CreateOutbox(Arguments arguments)
    {
        int maxBytes = arguments.Number("bytes", 16 * 1024 * 1024);
        return arguments.Text("file") is { } file
            ? SqliteOutbox.Open(file, new SqliteOutboxOptions { MaxBytes = maxBytes })
            : new MemoryOutbox(maxBytes);
    }
}
