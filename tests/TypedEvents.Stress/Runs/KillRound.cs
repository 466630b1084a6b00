using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using TypedEvents.Emulator;

namespace TypedEvents.Stress;

/// <summary>Kills one process after the other while they track and deliver from one file, then delivers the rest and compares.</summary>
internal sealed class KillRound(ChildHost host, RandomFaults? faults = null)
{
    /// <summary>The number of events that a process tracks for each user.</summary>
    public const int Events = 50;

    private const int SpeedWithFaults = 20;

    /// <summary>
    /// If the server never hangs, no attempt may time out because the host is busy: that would be a failure, and other events would bypass the
    /// failed ones.
    /// </summary>
    private const string AttemptWithoutFaults = "600000";

    /// <summary>A process continues to track until it reaches its step, which may take long on a busy host.</summary>
    private static readonly TimeSpan PatienceForStep = TimeSpan.FromMinutes(3);

    private readonly ConcurrentDictionary<string, long> _firstReports = new();

    public async Task<KillReport> RunAsync(IEnumerable<KillPlan> plans)
    {
        string folder = Directory.CreateTempSubdirectory("typedevents-").FullName;
        try
        {
            await using EngageLabEmulator emulator = await Emulators.StartAsync();
            emulator.RespondWith(Choose);
            if (faults is not null)
            {
                emulator.RejectEvents(Ledger.IsBad);
            }

            return await RunAsync(plans, Path.Combine(folder, "events.db"), emulator);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<KillReport> RunAsync(IEnumerable<KillPlan> plans, string file, EngageLabEmulator emulator)
    {
        // A quarantined or failed event may be bypassed by later events of its user. Without rejections and failures the order is kept.
        var ledger = new Ledger(isOrderKept: faults is null);
        List<TimeSpan> recoveries = [];
        long? killed = null;
        int process = 0;
        int missed = 0;
        foreach (KillPlan plan in plans)
        {
            using (ChildProcess child = Start("produce", ++process, plan))
            {
                IReadOnlyList<string> lines = await KillAsync(child, plan);
                ledger.Note(process, lines);
                missed += plan.Step == KillStep.None || lines.Any(line => ChildLine.ReadStep(line) == plan.Step) ? 0 : 1;
            }

            NoteRecovery();
            killed = Stopwatch.GetTimestamp();
        }

        emulator.RespondWith(request => Note(request, null));
        using (ChildProcess last = Start("drain", ++process, default))
        {
            await last.WaitUntilEndedAsync();
        }

        NoteRecovery();
        return await ledger.CloseAsync(file, emulator) with { Kills = process - 1, MissedSteps = missed, Recoveries = recoveries };

        ChildProcess Start(string role, int number, KillPlan plan) => ChildProcess.Start(
            host,
            role,
            $"file={file}",
            $"address={emulator.BaseAddress}",
            Invariant($"process={number}"),
            Invariant($"events={Events}"),
            $"step={plan.Step}",
            Invariant($"passages={plan.Passages}"),
            Invariant($"speed={(faults is null ? 1 : SpeedWithFaults)}"),
            $"attempt={(faults is null ? AttemptWithoutFaults : "10000")}",
            $"bad={(faults is null ? "false" : "true")}");

        void NoteRecovery()
        {
            if (killed is { } since && _firstReports.TryGetValue(process.ToString(CultureInfo.InvariantCulture), out long first))
            {
                recoveries.Add(Stopwatch.GetElapsedTime(since, first));
            }
        }
    }

    private static async Task<IReadOnlyList<string>> KillAsync(ChildProcess child, KillPlan plan)
    {
        if (plan.Step != KillStep.None)
        {
            return await child.KillUnlessKilledAsync(PatienceForStep);
        }

        // The moment is arbitrary: within a call, a commit, a request, or in between.
        await child.WaitForAcknowledgementsAsync(plan.Lines);
        await Task.Delay(plan.Delay);
        return await child.KillAsync();
    }

    private EmulatorBehavior? Choose(ReceivedRequest request) => Note(request, faults?.Pick(request));

    private EmulatorBehavior? Note(ReceivedRequest request, EmulatorBehavior? behavior)
    {
        if (request.Path == KillingHandler.ReportPath)
        {
            _firstReports.TryAdd(request.Headers[KillingHandler.ProcessHeader], Stopwatch.GetTimestamp());
        }

        return behavior;
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
