using System.Diagnostics;
using System.Globalization;
using TypedEvents.Emulator;

namespace TypedEvents.Stress;

/// <summary>
/// Several processes track to one file, for the same users, and one of them sends. That one is killed, repeatedly, and another one, which
/// is running already, takes over.
/// </summary>
internal sealed class TakeoverRun(ChildHost host)
{
    private const int Processes = 3;
    private const int LastProcess = 1_000_000;

    /// <summary>
    /// The maximum time from a kill to the first report of another process. The promise is "a second or two"; a busy host gets five times as
    /// long. A lock that had to expire first would take longer.
    /// </summary>
    public static TimeSpan LongestTakeover { get; } = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>The pause between two events of a user, in milliseconds.</summary>
    private const int Pace = 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ChildProcess> _living = [];
    private TaskCompletionSource<(string Process, long At)> _sent = NewSignal();

    public async Task<KillReport> RunAsync(int kills, int seed)
    {
        string folder = Directory.CreateTempSubdirectory("typedevents-").FullName;
        var ledger = new Ledger(isOrderKept: true);
        List<TimeSpan> recoveries = [];
        var random = new Random(seed);
        try
        {
            await using EngageLabEmulator emulator = await Emulators.StartAsync();
            emulator.RespondWith(Note);
            string file = Path.Combine(folder, "events.db");
            int started = 0;
            while (started < Processes)
            {
                Start(++started, file, emulator);
            }

            (string sender, _) = await NextSenderAsync();
            for (int kill = 0; kill < kills; kill++)
            {
                await Task.Delay(random.Next(50, 500));
                long killed = Stopwatch.GetTimestamp();
                ledger.Note(NumberOf(sender), await KillAsync(sender));
                (sender, long first) = await NextSenderAsync();
                recoveries.Add(Stopwatch.GetElapsedTime(killed, first));
                Start(++started, file, emulator);
            }

            foreach (string process in _living.Keys.ToList())
            {
                ledger.Note(NumberOf(process), await KillAsync(process));
            }

            using (ChildProcess last = ChildProcess.Start(host, "drain", $"file={file}", $"address={emulator.BaseAddress}", FormattableString.Invariant($"process={LastProcess}"), "positions"))
            {
                ledger.Note(LastProcess, await last.WaitUntilEndedAsync());
            }

            return await ledger.CloseAsync(file, emulator) with { Kills = kills, FinalKills = Processes, Recoveries = recoveries };
        }
        finally
        {
            foreach (ChildProcess child in _living.Values)
            {
                child.Dispose();
            }

            Directory.Delete(folder, recursive: true);
        }
    }

    private void Start(int number, string file, EngageLabEmulator emulator)
    {
        ChildProcess child = ChildProcess.Start(
            host,
            "produce",
            $"file={file}",
            $"address={emulator.BaseAddress}",
            string.Create(CultureInfo.InvariantCulture, $"process={number}"),
            string.Create(CultureInfo.InvariantCulture, $"events={int.MaxValue}"),
            string.Create(CultureInfo.InvariantCulture, $"pace={Pace}"),
            "attempt=600000", // The server never hangs: a timeout because the host is busy would be a failure, which other events bypass.
            "positions");
        lock (_lock)
        {
            _living.Add(number.ToString(CultureInfo.InvariantCulture), child);
        }
    }

    private async Task<IReadOnlyList<string>> KillAsync(string process)
    {
        ChildProcess child;
        lock (_lock)
        {
            _living.Remove(process, out child!);
            _sent = NewSignal();
        }

        using (child)
        {
            return await child.KillAsync();
        }
    }

    /// <summary>The process that sent the first report since the last kill, and its time.</summary>
    private Task<(string Process, long At)> NextSenderAsync()
    {
        lock (_lock)
        {
            return _sent.Task.WaitAsync(Patience);
        }
    }

    private EmulatorBehavior? Note(ReceivedRequest request)
    {
        string process = request.Headers[KillingHandler.ProcessHeader];
        lock (_lock)
        {
            // A report of a killed process may be received only now.
            if (request.Path == KillingHandler.ReportPath && _living.ContainsKey(process))
            {
                _sent.TrySetResult((process, Stopwatch.GetTimestamp()));
            }
        }

        return null;
    }

    private static int NumberOf(string process) => int.Parse(process, CultureInfo.InvariantCulture);

    private static TaskCompletionSource<(string Process, long At)> NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
