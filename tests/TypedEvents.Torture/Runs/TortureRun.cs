using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using TypedEvents.Collector;

namespace TypedEvents.Torture;

/// <summary>All long runs with children of one kind, one after the other; what comes out are rows of the table.</summary>
internal sealed class TortureRun(ChildHost host, int seed)
{
    private const int KillsPerRound = 20;
    private const int RoundsAtOnce = 4;
    private const double ShareOfFaults = 0.3;
    private const int SpeedOfBadEvents = 100;

    private static readonly TimeSpan SlowAnswer = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(2);

    private readonly List<(string Row, string Value)> _rows = [];
    private bool _isClean = true;

    /// <returns>The rows, and whether nothing went wrong.</returns>
    public async Task<(IReadOnlyList<(string Row, string Value)> Rows, bool IsClean)> RunAsync(int kills, int takeovers)
    {
        await KillAsync("killed at steps and at random", kills - (kills / 4), faults: false);
        await KillAsync("killed while the server fails at random", kills / 4, faults: true);
        await TakeOverAsync(takeovers);
        await CountRequestsAsync();
        await FloodAsync();
        await ShutDownAsync();
        return (_rows, _isClean);
    }

    private async Task KillAsync(string name, int kills, bool faults)
    {
        long start = Stopwatch.GetTimestamp();
        var reports = new ConcurrentBag<KillReport>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, (kills + KillsPerRound - 1) / KillsPerRound),
            new ParallelOptions { MaxDegreeOfParallelism = RoundsAtOnce },
            async (round, _) =>
            {
                int roundSeed = unchecked((seed * 1_000_003) + (round * 2) + (faults ? 1 : 0));
                var random = new Random(roundSeed);
                int count = Math.Min(KillsPerRound, kills - (round * KillsPerRound));
                KillPlan[] plans = [.. Enumerable.Range(round * KillsPerRound, count).Select(index => KillPlan.Pick(index, KillRound.Events, random))];
                KillReport report = await new KillRound(host, faults ? new RandomFaults(roundSeed, ShareOfFaults) : null).RunAsync(plans);
                reports.Add(report);
                Say($"{name}: round {round}, {(report.IsClean ? "all well" : $"NOT CLEAN, seed {roundSeed}: {report}")}");
            });
        Add(name, reports.Aggregate(new KillReport(), (sum, report) => sum + report), Stopwatch.GetElapsedTime(start));
    }

    private async Task TakeOverAsync(int kills)
    {
        long start = Stopwatch.GetTimestamp();
        KillReport report = await new TakeoverRun(host).RunAsync(kills, seed);
        Add("three processes on one file, the sender killed", report, Stopwatch.GetElapsedTime(start));
    }

    private async Task CountRequestsAsync()
    {
        await using EngageLabCollector collector = await EngageLabCollector.StartAsync();
        collector.RefuseEvents(received => received.Properties!.Value.GetProperty("is_bad").GetString() == "true");
        foreach (string[] line in await AskAsync("bad", $"address={collector.BaseAddress}", $"speed={SpeedOfBadEvents}", "attempt=600000"))
        {
            Add($"{line[0]} bad events in 100: requests, average and most of 10", $"{line[1]}, {line[2]}");
        }
    }

    private async Task FloodAsync()
    {
        foreach ((bool waits, bool isDurable) in ((bool, bool)[])[(false, false), (false, true), (true, false), (true, true)])
        {
            await using EngageLabCollector collector = await EngageLabCollector.StartAsync();
            collector.Behave(CollectorBehavior.Normal.After(SlowAnswer));
            string[] line = (await InFolderAsync(isDurable, file => AskAsync("flood", $"address={collector.BaseAddress}", $"waits={(waits ? "true" : "false")}", file)))[0];
            Add(
                $"{(waits ? "TrackAsync waits" : "Track, 10,000 a second against 1,000")}, {Name(isDurable)} outbox of 16 MiB: peak of memory before and after, tracked, BufferFull",
                $"{Mebibytes(line[0])}, {Mebibytes(line[1])} MiB, {Grouped(line[2])}, {Grouped(line[3])}");
        }
    }

    private async Task ShutDownAsync()
    {
        foreach ((int pending, bool isDurable) in ((int, bool)[])[(0, false), (1000, false), (100_000, false), (0, true), (1000, true), (100_000, true)])
        {
            await using EngageLabCollector collector = await EngageLabCollector.StartAsync();
            collector.Behave(CollectorBehavior.Hang);
            string[] line = (await InFolderAsync(isDurable, file => AskAsync(
                "stop",
                $"address={collector.BaseAddress}",
                FormattableString.Invariant($"pending={pending}"),
                FormattableString.Invariant($"shutdown={ShutdownTimeout.TotalMilliseconds}"),
                FormattableString.Invariant($"bytes={64 * 1024 * 1024}"),
                file)))[0];
            int over = Math.Max(0, int.Parse(line[0], CultureInfo.InvariantCulture) - (int)ShutdownTimeout.TotalMilliseconds);
            Add(
                FormattableString.Invariant($"stop with {pending:N0} pending, server hung, {Name(isDurable)} outbox: over the deadline of 2 s; left, discarded"),
                $"{over} ms; {Grouped(line[1])}, {Grouped(line[2])}");
        }
    }

    private async Task<IReadOnlyList<string[]>> AskAsync(string role, params string[] arguments)
    {
        using ChildProcess child = ChildProcess.Start(host, role, arguments);
        return [.. (await child.WaitUntilEndedAsync()).Select(line => line.Split(' '))];
    }

    private static async Task<T> InFolderAsync<T>(bool isDurable, Func<string, Task<T>> run)
    {
        if (!isDurable)
        {
            return await run("memory");
        }

        string folder = Directory.CreateTempSubdirectory("typedevents-").FullName;
        try
        {
            return await run($"file={Path.Combine(folder, "events.db")}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void Add(string name, KillReport report, TimeSpan duration)
    {
        _isClean &= report.IsClean;
        TimeSpan[] recoveries = [.. report.Recoveries.Order()];
        Add($"{name}: kills", FormattableString.Invariant($"{report.Kills:N0} in {duration.TotalSeconds:F0} s"));
        Add($"{name}: acknowledged, appended, delivered, dead letters", FormattableString.Invariant($"{report.Acknowledged:N0}, {report.Appended:N0}, {report.Delivered:N0}, {report.DeadLetters:N0}"));
        Add($"{name}: **lost**", FormattableString.Invariant($"{report.Lost:N0}"));
        Add($"{name}: **under a second id**; resent under the same", FormattableString.Invariant($"{report.SecondIds:N0}; {report.Resends:N0}"));
        Add($"{name}: out of order, wrong users, misjudged, wrong accounts", FormattableString.Invariant($"{report.OutOfOrder:N0}, {report.WrongUsers:N0}, {report.Misjudged:N0}, {report.WrongAccounts:N0}"));
        if (recoveries.Length > 0)
        {
            Add(
                $"{name}: from the kill to the next request, median, 95 %, most",
                FormattableString.Invariant($"{recoveries[recoveries.Length / 2].TotalSeconds:F2}, {recoveries[(int)(recoveries.Length * 0.95)].TotalSeconds:F2}, {recoveries[^1].TotalSeconds:F2} s"));
        }
    }

    private void Add(string row, string value)
    {
        _rows.Add((row, value));
        Say($"{row}: {value}");
    }

    /// <summary>How far it is goes where it isn't part of the table.</summary>
    private void Say(string text) => Console.Error.WriteLine($"[{host.Name}] {text}");

    private static string Name(bool isDurable) => isDurable ? "SQLite" : "memory";

    private static string Mebibytes(string kibibytes) => FormattableString.Invariant($"{int.Parse(kibibytes, CultureInfo.InvariantCulture) / 1024}");

    private static string Grouped(string number) => FormattableString.Invariant($"{long.Parse(number, CultureInfo.InvariantCulture):N0}");
}
