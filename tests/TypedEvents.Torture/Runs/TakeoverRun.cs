using System.Diagnostics;
using System.Globalization;
using TypedEvents.Collector;

namespace TypedEvents.Torture;

/// <summary>Several processes track into one file and one of them sends. That one is killed, again and again.</summary>
internal sealed class TakeoverRun(ChildHost host)
{
    private const int Processes = 3;

    /// <summary>Milliseconds between two events of a user.</summary>
    private const int Pace = 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ChildProcess> _living = [];
    private TaskCompletionSource<string> _sent = NewSignal();

    public async Task<KillReport> RunAsync(int kills, int seed)
    {
        string folder = Directory.CreateTempSubdirectory("typedevents-").FullName;
        var ledger = new Ledger(isOrderKept: true);
        List<TimeSpan> recoveries = [];
        var random = new Random(seed);
        try
        {
            await using EngageLabCollector collector = await EngageLabCollector.StartAsync();
            collector.Behave(Note);
            string file = Path.Combine(folder, "events.db");
            int started = 0;
            while (started < Processes)
            {
                Start(++started, file, collector);
            }

            string sender = await NextSenderAsync();
            for (int kill = 0; kill < kills; kill++)
            {
                await Task.Delay(random.Next(50, 500));
                ledger.Note(await KillAsync(sender));
                long killed = Stopwatch.GetTimestamp();
                sender = await NextSenderAsync();
                recoveries.Add(Stopwatch.GetElapsedTime(killed));
                Start(++started, file, collector);
            }

            foreach (string process in _living.Keys.ToList())
            {
                ledger.Note(await KillAsync(process));
            }

            using (ChildProcess last = ChildProcess.Start(host, "drain", $"file={file}", $"address={collector.BaseAddress}", "process=1000000"))
            {
                await last.WaitUntilEndedAsync();
            }

            return await ledger.CloseAsync(file, collector) with { Kills = kills + Processes, Recoveries = recoveries };
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

    private void Start(int number, string file, EngageLabCollector collector)
    {
        ChildProcess child = ChildProcess.Start(
            host,
            "produce",
            $"file={file}",
            $"address={collector.BaseAddress}",
            string.Create(CultureInfo.InvariantCulture, $"process={number}"),
            string.Create(CultureInfo.InvariantCulture, $"events={int.MaxValue}"),
            string.Create(CultureInfo.InvariantCulture, $"pace={Pace}"));
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

    /// <summary>The process that made the first request since the last kill.</summary>
    private Task<string> NextSenderAsync()
    {
        lock (_lock)
        {
            return _sent.Task.WaitAsync(TimeSpan.FromMinutes(1));
        }
    }

    private CollectorBehavior? Note(ReceivedRequest request)
    {
        string process = request.Headers[KillingHandler.ProcessHeader];
        lock (_lock)
        {
            // What a killed process had sent may be read only now.
            if (_living.ContainsKey(process))
            {
                _sent.TrySetResult(process);
            }
        }

        return null;
    }

    private static TaskCompletionSource<string> NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
