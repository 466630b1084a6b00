namespace TypedEvents.Benchmarks;

/// <summary>Compares whole calls for a user with a known external id with calls for a user with an EUID.</summary>
internal static class UsersBenchmark
{
    private const int CallsPerRound = 1000;

    public static void Run(BenchmarkOptions options)
    {
        var report = new Report("users", options);
        report.Line(Machine.Describe());
        report.Line("");
        report.Line("| event | user | ns | ratio | ± | ratio of the fastest rounds | B/call |");
        report.Line("| --- | --- | ---: | ---: | ---: | ---: | ---: |");
        Measure(report, options, "2 properties", BenchmarkValues.Two);
        Measure(report, options, "8 properties", BenchmarkValues.Eight);
        report.End();
    }

    private static void Measure<TEvent>(Report report, BenchmarkOptions options, string name, TEvent value)
        where TEvent : IEngageEvent<TEvent>
    {
        if (!options.Includes(name))
        {
            return;
        }

        (string Name, EngageUser[] Users)[] ways =
        [
            ("an EUID", Make(i => new Euid(10_000_091_198 + i))),
            ("an external id such as user-12345", Make(i => EngageUser.UserId(FormattableString.Invariant($"user-{10_000 + i}")))),
            ("an external id that is a GUID", Make(i => EngageUser.UserId(new Guid(i, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]).ToString()))),
        ];
        var outbox = new SwitchableOutbox();
        EventTracker tracker = EventTracker.Create(settings =>
        {
            settings.ApiKey = "key";
            settings.ApiSecret = "secret";
            settings.BufferBytes = 64 * 1024 * 1024;
            settings.Outbox = outbox;
            settings.HttpClient = new HttpClient(new RegisteringHandler());
        });
        foreach (EngageUser user in ways.SelectMany(way => way.Users))
        {
            tracker.Track(user, value);
        }

        FlushResult known = tracker.FlushAsync().AsTask().GetAwaiter().GetResult();
        if (known.Outcome != FlushOutcome.Settled)
        {
            throw new InvalidOperationException($"The users were not registered: {known.Outcome}. {known.Problem}");
        }

        outbox.Discards = true;
        int rounds = options.IsQuick ? 200 : 1000;
        var times = new double[ways.Length][];
        var bytes = new double[ways.Length];
        for (int i = 0; i < ways.Length; i++)
        {
            times[i] = new double[rounds];
        }

        // The first part warms up, until the code is fully optimized.
        for (int round = -300; round < rounds; round++)
        {
            if (round < 0 && round % 50 == 0)
            {
                Thread.Sleep(150);
            }

            for (int i = 0; i < ways.Length; i++)
            {
                (double time, double allocated) = RunRound(tracker, ways[i].Users, value);
                if (round >= 0)
                {
                    times[i][round] = time;
                    bytes[i] = round == 0 ? allocated : Math.Min(bytes[i], allocated);
                }
            }
        }

        for (int i = 0; i < ways.Length; i++)
        {
            Measurement one = Interleaved.Summarize(times[i], times[0], bytes[i]);
            report.Line($"| {name} | {ways[i].Name} | {one.Nanoseconds:F0} | {one.Ratio:F3} | {one.Spread:F3} | {one.LeastRatio:F3} | {one.Bytes:F0} |");
        }

        tracker.StopAsync().AsTask().GetAwaiter().GetResult();
    }

    private static EngageUser[] Make(Func<int, EngageUser> make) => [.. Enumerable.Range(0, 64).Select(make)];

    private static (double Nanoseconds, double Bytes) RunRound<TEvent>(EventTracker tracker, EngageUser[] users, TEvent value)
        where TEvent : IEngageEvent<TEvent>
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        double start = ThreadTime.Nanoseconds;
        for (int i = 0; i < CallsPerRound; i++)
        {
            if (tracker.Track(users[i % users.Length], value) != TrackResult.Accepted)
            {
                throw new InvalidOperationException("The tracker's buffer is full.");
            }
        }

        double took = ThreadTime.Nanoseconds - start;
        return (took / CallsPerRound, (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)CallsPerRound);
    }
}
