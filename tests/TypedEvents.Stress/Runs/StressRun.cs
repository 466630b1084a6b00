using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using TypedEvents.Emulator;

namespace TypedEvents.Stress;

/// <summary>Runs all long tests with children of one kind, one after the other, and returns the rows of the table.</summary>
internal sealed class StressRun(ChildHost host, int seed)
{
    private const string KillsAtSteps = "killed at steps and at random";
    private const string KillsWithFaults = "killed while the server fails at random";
    private const string Takeovers = "three processes on one file, the sender killed";

    private const int KillsPerRound = 20;
    private const int RoundsAtOnce = 4;
    private const double ShareOfFaults = 0.3;
    private const int SpeedOfBadEvents = 100;

    /// <summary>
    /// The maximum growth of memory, in bytes, when 110 MiB are tracked that the server doesn't accept: outbox and buffer, which are 20 MiB,
    /// requests, and garbage that hasn't been collected.
    /// </summary>
    private const int MostMemory = 64 * 1024 * 1024;

    private static readonly TimeSpan SlowResponse = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LongestOverDeadline = TimeSpan.FromMilliseconds(1500);

    /// <summary>
    /// The maximum number of requests for a number of bad events in a hundred: the maximum of 2,000 random runs of the model
    /// (<c>ModelCostTests</c>), plus a tenth from 10 on, where chance and the rate of the events tracked as evidence matter.
    /// </summary>
    private static readonly Dictionary<int, int> MostRequests = new() { [0] = 1, [1] = 11, [2] = 25, [5] = 50, [10] = 92, [50] = 239, [100] = 290 };

    private readonly List<(string Row, string Value)> _rows = [];
    private bool _isClean = true;

    /// <returns>The rows, and whether the run was clean.</returns>
    public async Task<(IReadOnlyList<(string Row, string Value)> Rows, bool IsClean)> RunAsync(int kills, int takeovers, TimeSpan soak)
    {
        if (kills > 0)
        {
            await TryAsync(KillsAtSteps, () => KillAsync(KillsAtSteps, kills - (kills / 4), faults: false));
            await TryAsync(KillsWithFaults, () => KillAsync(KillsWithFaults, kills / 4, faults: true));
            await TryAsync(Takeovers, () => TakeOverAsync(takeovers));
            await TryAsync("bad events", CountRequestsAsync);
            await TryAsync("flood", FloodAsync);
            await TryAsync("stop", ShutDownAsync);
        }

        if (soak > TimeSpan.Zero)
        {
            await TryAsync("soak", () => SoakAsync(soak));
        }

        return (_rows, _isClean);
    }

    /// <summary>A failure of one part doesn't end the others, but fails the run.</summary>
    private async Task TryAsync(string part, Func<Task> run)
    {
        try
        {
            await run();
        }
#pragma warning disable CA1031 // Any exception is reported, and fails the run.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Say($"{part}: {exception}");
            Require(false, part, exception.Message);
        }
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
                Say($"{name}: round {round}, {(report.IsClean ? "clean" : $"NOT CLEAN, seed {roundSeed}: {report}")}");
            });
        Add(name, reports.Aggregate(new KillReport(), (sum, report) => sum + report), Stopwatch.GetElapsedTime(start));
    }

    private async Task TakeOverAsync(int kills)
    {
        long start = Stopwatch.GetTimestamp();
        KillReport report = await new TakeoverRun(host).RunAsync(kills, seed);
        Add(Takeovers, report, Stopwatch.GetElapsedTime(start));
        Require(report.Recoveries.Max() <= TakeoverRun.LongestTakeover, Takeovers, $"over {TakeoverRun.LongestTakeover.TotalSeconds} s until another process took over");
    }

    private async Task CountRequestsAsync()
    {
        await using EngageLabEmulator emulator = await Emulators.StartAsync();
        emulator.RejectEvents(received => received.Properties!.Value.GetProperty("is_bad").GetString() == "true");
        foreach (string[] line in await AskAsync("bad", $"address={emulator.BaseAddress}", $"speed={SpeedOfBadEvents}", "attempt=600000"))
        {
            string row = $"{line[0]} bad events in 100: requests, average and most of 10";
            Add(row, $"{line[1]}, {line[2]}");
            int most = MostRequests[NumberOf(line[0])];
            Require(NumberOf(line[2]) <= most, row, FormattableString.Invariant($"over {most}"));
        }
    }

    private async Task FloodAsync()
    {
        foreach ((bool waits, bool isDurable) in ((bool, bool)[])[(false, false), (false, true), (true, false), (true, true)])
        {
            await using EngageLabEmulator emulator = await Emulators.StartAsync();
            emulator.RespondWith(EmulatorBehavior.Normal.After(SlowResponse));
            string[] line = (await InFolderAsync(isDurable, file => AskAsync("flood", $"address={emulator.BaseAddress}", $"waits={(waits ? "true" : "false")}", file)))[0];
            string row = $"{(waits ? "TrackAsync waits" : "Track, 10,000 a second against 1,000")}, {Name(isDurable)} outbox of 16 MiB: peak of memory before and after, tracked, BufferFull";
            Add(row, $"{Mebibytes(line[0])}, {Mebibytes(line[1])} MiB, {Grouped(line[2])}, {Grouped(line[3])}");
            Require(NumberOf(line[1]) - NumberOf(line[0]) <= MostMemory / 1024, row, $"over {MostMemory / 1024 / 1024} MiB more");
        }
    }

    private async Task ShutDownAsync()
    {
        foreach ((int pending, bool isDurable) in ((int, bool)[])[(0, false), (1000, false), (100_000, false), (0, true), (1000, true), (100_000, true)])
        {
            await using EngageLabEmulator emulator = await Emulators.StartAsync();
            emulator.RespondWith(EmulatorBehavior.Hang);
            string[] line = (await InFolderAsync(isDurable, file => AskAsync(
                "stop",
                $"address={emulator.BaseAddress}",
                FormattableString.Invariant($"pending={pending}"),
                FormattableString.Invariant($"shutdown={ShutdownTimeout.TotalMilliseconds}"),
                FormattableString.Invariant($"bytes={64 * 1024 * 1024}"),
                file)))[0];
            int over = Math.Max(0, NumberOf(line[0]) - (int)ShutdownTimeout.TotalMilliseconds);
            string row = FormattableString.Invariant($"stop with {pending:N0} pending, server hung, {Name(isDurable)} outbox: over the deadline of 2 s; left, discarded");
            Add(row, $"{over} ms; {Grouped(line[1])}, {Grouped(line[2])}");
            Require(over <= LongestOverDeadline.TotalMilliseconds, row, FormattableString.Invariant($"over {LongestOverDeadline.TotalMilliseconds} ms"));
            Require(NumberOf(line[1]) == (isDurable ? pending : 0) && NumberOf(line[2]) == (isDurable ? 0 : pending), row, "events are missing");
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

    private async Task SoakAsync(TimeSpan duration)
    {
        SoakReport report = await new SoakRun(host, seed).RunAsync(duration);
        Add("soak: duration, kills, full disks", FormattableString.Invariant($"{report.Duration.TotalMinutes:F1} min, {report.Kills:N0}, {report.FullDisks:N0} ({report.Disk})"));
        Add("soak: requests, kinds of faults met", FormattableString.Invariant($"{report.Requests:N0}, {report.KindsOfFaults}"));
        Add(
            "soak: acknowledged, appended, delivered, dead letters with evidence",
            FormattableString.Invariant($"{report.Acknowledged:N0}, {report.Statistics.Appended:N0}, {report.Statistics.Delivered:N0}, {report.Statistics.DeadLetters:N0}"));
        Add("soak: resent under the same id; **violations** (lost, second ids, wrong users, order, evidence, statistics)", FormattableString.Invariant($"{report.Resends:N0}; {report.Violations.Count:N0}"));
        Require(report.IsClean, "soak", string.Join("; ", report.Violations.Take(10)));
    }

    private void Add(string name, KillReport report, TimeSpan duration)
    {
        Require(report.IsClean, name, report.ToString());
        TimeSpan[] recoveries = [.. report.Recoveries.Order()];
        string others = report.FinalKills > 0 ? FormattableString.Invariant($", and {report.FinalKills} at the end") : "";
        Add($"{name}: kills", FormattableString.Invariant($"{report.Kills:N0}{others} in {duration.TotalSeconds:F0} s"));
        if (report.StepKills.Count > 0)
        {
            int[] kills = [.. Enum.GetValues<KillStep>().Where(step => step != KillStep.None).Select(step => report.StepKills.GetValueOrDefault(step))];
            Add(
                $"{name}: before and after append, POST, settlement; at random; step never reached",
                FormattableString.Invariant($"{string.Join(", ", kills)}; {report.Kills - kills.Sum() - report.MissedSteps}; {report.MissedSteps}"));
        }

        Add($"{name}: acknowledged, appended, delivered, dead letters", FormattableString.Invariant($"{report.Acknowledged:N0}, {report.Appended:N0}, {report.Delivered:N0}, {report.DeadLetters:N0}"));
        Add($"{name}: **lost**", FormattableString.Invariant($"{report.Lost:N0}"));
        Add($"{name}: **under a second id**; resent under the same; not sent again", FormattableString.Invariant($"{report.SecondIds:N0}; {report.Resends:N0}; {report.NotSentAgain:N0}"));
        Add($"{name}: out of order, wrong users, wrong dispositions, wrong statistics", FormattableString.Invariant($"{report.OutOfOrder:N0}, {report.WrongUsers:N0}, {report.Misjudged:N0}, {report.WrongStatistics:N0}"));
        if (recoveries.Length > 0)
        {
            string what = name == Takeovers ? "from the kill to the next report, by a running process" : "from the kill to the next report, start of the process included";
            Add(
                $"{name}: {what}: median, 95 %, maximum; number",
                FormattableString.Invariant($"{recoveries[recoveries.Length / 2].TotalSeconds:F2}, {recoveries[(int)(recoveries.Length * 0.95)].TotalSeconds:F2}, {recoveries[^1].TotalSeconds:F2} s; {recoveries.Length:N0}"));
        }
    }

    private void Require(bool isRight, string row, string problem)
    {
        if (!isRight)
        {
            _isClean = false;
            Add($"**FAILED**: {row}", problem.ReplaceLineEndings(" "));
        }
    }

    private void Add(string row, string value)
    {
        _rows.Add((row, value));
        Say($"{row}: {value}");
    }

    /// <summary>Progress is written to standard error, where it isn't part of the table.</summary>
    private void Say(string text) => Console.Error.WriteLine($"[{host.Name}] {text}");

    private static string Name(bool isDurable) => isDurable ? "SQLite" : "memory";

    private static int NumberOf(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Mebibytes(string kibibytes) => FormattableString.Invariant($"{NumberOf(kibibytes) / 1024}");

    private static string Grouped(string number) => FormattableString.Invariant($"{long.Parse(number, CultureInfo.InvariantCulture):N0}");
}
