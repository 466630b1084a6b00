using System.Diagnostics;
using TypedEvents.Emulator;

namespace TypedEvents.Stress;

/// <summary>
/// Two processes track into one file and one of them sends, for minutes in which the server's mood changes, the disk is full now and then,
/// the clocks jump, and a process is killed and another one started. Then all is well again, both are stopped in order, and the rest is
/// delivered: the statistics has to be right.
/// </summary>
internal sealed class SoakRun(ChildHost host, int seed)
{
    private const int Processes = 2;
    private const int Speed = 20;
    private const int LastProcess = 1_000_000;

    /// <summary>However slow the machine is, each process that isn't killed has said so many acknowledgements at the end.</summary>
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
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync();
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
                faults.ChangeMood();
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

    /// <summary>Fills the disk once all processes track: an outbox isn't made, and not opened by the first one, on a full disk.</summary>
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
