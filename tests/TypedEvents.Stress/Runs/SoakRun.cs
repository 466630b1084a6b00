using System.Diagnostics;
using TypedEvents.Emulator;

namespace TypedEvents.Stress;

/// <summary>
/// Two processes track to one file and one of them sends, for minutes, while the server changes between phases, the disk is full at times,
/// the clocks jump, and a process is killed and replaced. Then the faults end, both processes are stopped and the rest is delivered: the
/// statistics must be correct.
/// </summary>
internal sealed class SoakRun(ChildHost host, int seed)
{
    private const int Processes = 2;
    private const int Speed = 20;
    private const int LastProcess = 1_000_000;

    /// <summary>The least number of acknowledgements of each process that isn't killed, however slow the host is.</summary>
    private const int LeastAcknowledgements = 100;

    private const double ChanceOfKill = 0.1;
    private const double ChanceOfFullDisk = 0.1;

    private readonly Random _random = new(seed);
    private readonly Dictionary<int, ChildProcess> _living = [];
    private int _started;
    private int _kills;
    private int _fullDisks;

    public async Task<SoakReport> RunAsync(TimeSpan duration)
    {
        using var disk = new SmallDisk();
        var faults = new SoakFaults(seed);
        await using EngageLabEmulator emulator = await Emulators.StartAsync();
        emulator.RespondWith(faults.Choose);
        emulator.RejectEvents(received => received.Properties!.Value.GetProperty("is_bad").GetString() == "true");
        string file = Path.Combine(disk.Folder, "events.db");
        var judge = new SoakVerifier(emulator, faults);
        try
        {
            for (int i = 0; i < Processes; i++)
            {
                Start(file, emulator, disk);
            }

            await WaitForAcknowledgementsAsync(1);
            for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < duration;)
            {
                faults.ChangePhase();
                await DisturbAsync(judge, file, emulator, disk);
            }

            faults.BehaveWell();
            await WaitForAcknowledgementsAsync(LeastAcknowledgements);
            foreach (ChildProcess child in _living.Values)
            {
                judge.Note(await child.StopAsync());
            }

            using ChildProcess last = ChildProcess.Start(host, "drain", ArgumentsOf(LastProcess, file, emulator, disk));
            judge.Note(await last.WaitUntilEndedAsync());
            return await judge.CloseAsync(file) with
            {
                Duration = duration,
                Kills = _kills,
                FullDisks = _fullDisks,
                Disk = disk.Kind,
                KindsOfFaults = faults.Kinds.Seen,
            };
        }
        finally
        {
            foreach (ChildProcess child in _living.Values)
            {
                child.Dispose();
            }
        }
    }

    private async Task DisturbAsync(SoakVerifier judge, string file, EngageLabEmulator emulator, SmallDisk disk)
    {
        double chance = _random.NextDouble();
        if (chance < ChanceOfFullDisk && await FillAsync(disk))
        {
            _fullDisks++;
            await Task.Delay(_random.Next(500, 2000));
            disk.MakeRoom();
        }
        else if (chance > 1 - ChanceOfKill)
        {
            int process = _living.Keys.ElementAt(_random.Next(_living.Count));
            _living.Remove(process, out ChildProcess? child);
            using (child)
            {
                judge.Note(await child!.KillAsync());
            }

            _kills++;
            Start(file, emulator, disk);
        }

        await Task.Delay(_random.Next(300, 2000));
    }

    /// <summary>Fills the disk once all processes track: on a full disk an outbox can't be created, nor opened by the first process.</summary>
    private async Task<bool> FillAsync(SmallDisk disk)
    {
        await WaitForAcknowledgementsAsync(1);
        return disk.Fill();
    }

    private Task WaitForAcknowledgementsAsync(int count) => Task.WhenAll(_living.Values.Select(child => child.WaitForAcknowledgementsAsync(count)));

    private void Start(string file, EngageLabEmulator emulator, SmallDisk disk) =>
        _living.Add(++_started, ChildProcess.Start(host, "soak", ArgumentsOf(_started, file, emulator, disk)));

    private string[] ArgumentsOf(int process, string file, EngageLabEmulator emulator, SmallDisk disk) =>
    [
        $"file={file}",
        $"address={emulator.BaseAddress}",
        FormattableString.Invariant($"process={process}"),
        FormattableString.Invariant($"speed={Speed}"),
        FormattableString.Invariant($"seed={seed + process}"),
        FormattableString.Invariant($"pages={(process == LastProcess ? 0 : disk.Pages)}"),
        "positions",
    ];
}
