using TypedEvents.Outbox.PostgreSql;
using TypedEvents.Outbox.Sqlite;

namespace TypedEvents.Stress;

/// <summary>Creates the tracker of a child process from its arguments.</summary>
internal static class ChildTracker
{
    /// <param name="arguments">
    /// <c>database</c>, a connection string, with <c>lease</c> in milliseconds; <c>file</c>; or in memory without either; <c>bytes</c>, the outbox's limit; <c>pages</c>, the maximum pages of the file; <c>process</c>;
    /// <c>step</c> and <c>passages</c>, when the process kills itself; <c>positions</c>, whether it prints positions and events sent alone; and
    /// those of the other overload.
    /// </param>
    /// <param name="clock">The tracker's clock; <see langword="null"/> to create it from the arguments.</param>
    public static EventTracker Create(Arguments arguments, TimeProvider? clock = null)
    {
        clock ??= CreateClock(arguments);
        KillSwitch killSwitch = CreateKillSwitch(arguments);
        var client = new HttpClient(new KillingHandler(killSwitch, arguments.Optional("process") ?? "0", arguments.Flag("positions"))) { Timeout = Timeout.InfiniteTimeSpan };
        return Create(arguments, new KillingOutbox(CreateOutbox(arguments, clock), killSwitch, arguments.Flag("positions")), client, clock);
    }

    /// <param name="arguments"><c>step</c> and <c>passages</c>.</param>
    public static KillSwitch CreateKillSwitch(Arguments arguments) =>
        new(Enum.Parse<KillStep>(arguments.Optional("step") ?? nameof(KillStep.None)), arguments.Number("passages", 1));

    /// <param name="arguments">
    /// <c>address</c>; <c>speed</c> of the clock; <c>attempt</c> and <c>shutdown</c>, the timeouts of one attempt and of the shutdown in
    /// milliseconds.
    /// </param>
    /// <param name="outbox">The tracker's outbox.</param>
    /// <param name="client">The client with which it sends.</param>
    /// <param name="clock">The tracker's clock; <see langword="null"/> to create it from the arguments.</param>
    public static EventTracker Create(Arguments arguments, IEventOutbox outbox, HttpClient client, TimeProvider? clock = null)
    {
        int speed = SpeedOf(arguments);
        return EventTracker.Create(options =>
        {
            options.BaseAddress = new Uri(arguments.Required("address"));
            options.AllowInsecureLoopback = true;
            options.ApiKey = "local";
            options.ApiSecret = "local";
            options.HttpClient = client;
            options.FlushInterval = TimeSpan.FromMilliseconds(20 * speed);
            options.TimeProvider = clock ?? CreateClock(arguments);
            options.AttemptTimeout = TimeSpan.FromMilliseconds(arguments.Number("attempt", 10_000));
            options.ShutdownTimeout = TimeSpan.FromMilliseconds(arguments.Number("shutdown", 5000) * speed);
            options.Outbox = outbox;
        });
    }

    /// <param name="arguments"><c>speed</c>.</param>
    public static TimeProvider CreateClock(Arguments arguments) =>
        SpeedOf(arguments) is var speed && speed == 1 ? TimeProvider.System : new FastClock(speed);

    private static int SpeedOf(Arguments arguments) => arguments.Number("speed", 1);

    private static IEventOutbox CreateOutbox(Arguments arguments, TimeProvider clock)
    {
        int maxBytes = arguments.Number("bytes", 16 * 1024 * 1024);
        if (arguments.Optional("database") is { } database)
        {
            return PostgreSqlOutbox.Create(database, new PostgreSqlOutboxOptions { LeaseDuration = TimeSpan.FromMilliseconds(arguments.Number("lease", 20_000)) });
        }

        if (arguments.Optional("file") is not { } file)
        {
            return new MemoryOutbox(maxBytes, timeProvider: clock);
        }

        SqliteOutbox outbox = SqliteOutbox.Open(file, new SqliteOutboxOptions { MaxBytes = maxBytes, TimeProvider = clock });
        if (arguments.Number("pages", 0) is > 0 and var pages)
        {
            outbox.GetStoreAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult().WriterDatabase.QueryInt64(FormattableString.Invariant($"PRAGMA max_page_count = {pages}"));
        }

        return outbox;
    }
}
