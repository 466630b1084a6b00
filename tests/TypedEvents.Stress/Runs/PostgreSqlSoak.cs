using System.Diagnostics;
using Npgsql;
using TypedEvents.Emulator;
using TypedEvents.Outbox.PostgreSql;
using TypedEvents.PostgreSql.TestServer;

namespace TypedEvents.Stress;

/// <summary>
/// Several processes track to one database for the same users and share the sending, while processes, the network and the server fail. The
/// server's default is <c>synchronous_commit = off</c>, and an old snapshot is held for the whole run. One event in 97 is bad, and EngageLab rejects
/// it. At the end the faults end, the rest is delivered, and everything is compared.
/// </summary>
internal sealed class PostgreSqlSoak(ChildHost host, int seed)
{
    private const int Processes = 3;
    private const int LastProcess = 1_000_000;

    /// <summary>The pause between two events of a user, in milliseconds.</summary>
    private const int Pace = 20;

    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(9);

    private readonly Random _random = new(seed);
    private readonly Ledger _ledger = new(isOrderKept: true);
    private readonly Dictionary<int, (ChildProcess Child, SilentProxy Proxy)> _living = [];
    private readonly List<(DateTimeOffset At, PostgreSqlFault Fault, int? Process)> _faults = [];
    private int _started;

    /// <summary>Each fault happens once, in a random order; then random ones follow until the time is over.</summary>
    public async Task<PostgreSqlReport> RunAsync(TimeSpan duration, IReadOnlyList<PostgreSqlFault> faults)
    {
        bool hasStandby = faults.Contains(PostgreSqlFault.FailOver);
        PostgreSqlServer server = await PostgreSqlServer.StartAsync("synchronous_commit = off", "wal_writer_delay = 2s");
        PostgreSqlServer? standby = hasStandby ? await server.StartStandbyAsync() : null;
        await using EngageLabEmulator emulator = await Emulators.StartAsync();
        emulator.RejectEvents(Ledger.IsBad);
        PostgreSqlDatabase database = await server.CreateDatabaseAsync();
        NpgsqlConnection? snapshot = null;
        try
        {
            if (hasStandby)
            {
                await server.ExecuteAsync("ALTER SYSTEM SET synchronous_standby_names = '*'");
                await server.ExecuteAsync("SELECT pg_reload_conf()");
            }

            for (int i = 0; i < Processes; i++)
            {
                Start(server, database, emulator);
            }

            await WaitUntilAllTrackAsync();
            snapshot = await HoldSnapshotAsync(database);
            var watch = Stopwatch.StartNew();
            Queue<PostgreSqlFault> first = new(faults.OrderBy(_ => _random.Next()));
            PostgreSqlFault[] repeatable = [.. faults.Where(static fault => fault != PostgreSqlFault.FailOver)];
            while (first.Count > 0 || watch.Elapsed < duration)
            {
                PostgreSqlFault fault = first.TryDequeue(out PostgreSqlFault next) ? next : repeatable[_random.Next(repeatable.Length)];
                if (fault == PostgreSqlFault.FailOver)
                {
                    Note(fault, process: null);
                    await server.StopAsync(StopMode.Immediate);
                    await standby!.PromoteAsync();
                    await standby.ExecuteAsync("ALTER SYSTEM SET synchronous_standby_names = ''");
                    await standby.ExecuteAsync("SELECT pg_reload_conf()");
                    (server, standby, database) = (standby, server, standby.GetDatabase(database));
                    foreach ((_, SilentProxy proxy) in _living.Values)
                    {
                        proxy.LeadTo(server);
                    }
                }
                else
                {
                    await CauseAsync(fault, server, database, emulator);
                }

                if (fault is PostgreSqlFault.CrashServer or PostgreSqlFault.KillSession or PostgreSqlFault.FailOver)
                {
                    // The old one has ended with its session.
                    await snapshot.DisposeAsync();
                    snapshot = await HoldSnapshotAsync(database);
                }

                await Task.Delay(_random.Next(500, 2500));
            }

            TimeSpan elapsed = watch.Elapsed;
            return new PostgreSqlReport(await EndAsync(database, emulator), elapsed, _faults);
        }
        finally
        {
            foreach ((ChildProcess child, SilentProxy proxy) in _living.Values)
            {
                child.Dispose();
                await proxy.DisposeAsync();
            }

            if (snapshot is not null)
            {
                await snapshot.DisposeAsync();
            }

            await server.DisposeAsync();
            if (standby is not null)
            {
                await standby.DisposeAsync();
            }
        }
    }

    private void Note(PostgreSqlFault fault, int? process) => _faults.Add((DateTimeOffset.UtcNow, fault, process));

    private async Task CauseAsync(PostgreSqlFault fault, PostgreSqlServer server, PostgreSqlDatabase database, EngageLabEmulator emulator)
    {
        int process = _living.Keys.ElementAt(_random.Next(_living.Count));
        (ChildProcess child, SilentProxy proxy) = _living[process];
        Note(fault, process);
        switch (fault)
        {
            case PostgreSqlFault.KillProcess:
                await EndAsync(process, await child.KillAsync());
                Start(server, database, emulator);
                break;

            case PostgreSqlFault.StopProcess:
                await EndAsync(process, await child.StopAsync());
                Start(server, database, emulator);
                break;

            case PostgreSqlFault.FreezeProcess:
                await child.FreezeAsync();
                await Task.Delay(Lease + TimeSpan.FromSeconds(2));
                await child.ThawAsync();
                break;

            case PostgreSqlFault.SilenceNetwork:
                proxy.Silence();
                await Task.Delay(Lease + TimeSpan.FromSeconds(2));
                proxy.Resume();
                break;

            case PostgreSqlFault.CrashServer:
                await server.RestartAsync(StopMode.Immediate);
                break;

            case PostgreSqlFault.KillSession:
                int[] sessions = await database.QueryAsync<int[]>("SELECT array_agg(pid) FROM pg_stat_activity WHERE datname = current_database()");
                await server.KillBackendAsync(sessions[_random.Next(sessions.Length)]);
                break;
        }
    }

    private async Task<KillReport> EndAsync(PostgreSqlDatabase database, EngageLabEmulator emulator)
    {
        foreach ((int process, (ChildProcess child, _)) in _living.ToList())
        {
            await EndAsync(process, await child.StopAsync());
        }

        using (ChildProcess last = ChildProcess.Start(host, "drain", ArgumentsOf(LastProcess, database.ConnectionString, emulator)))
        {
            _ledger.Note(LastProcess, await last.WaitUntilEndedAsync());
        }

        await using PostgreSqlOutbox outbox = PostgreSqlOutbox.Create(database.DataSource);
        return await _ledger.CloseAsync(outbox, emulator, isCountedOnce: false) with { Kills = _faults.Count };
    }

    private async Task EndAsync(int process, IReadOnlyList<string> lines)
    {
        _ledger.Note(process, lines);
        _living.Remove(process, out (ChildProcess Child, SilentProxy Proxy) ended);
        ended.Child.Dispose();
        await ended.Proxy.DisposeAsync();
    }

    private void Start(PostgreSqlServer server, PostgreSqlDatabase database, EngageLabEmulator emulator)
    {
        SilentProxy proxy = SilentProxy.Start(server);
        int process = ++_started;
        _living.Add(process, (ChildProcess.Start(host, "produce", ArgumentsOf(process, proxy.ConnectionString(database.ConnectionString), emulator)), proxy));
    }

    private static string[] ArgumentsOf(int process, string connectionString, EngageLabEmulator emulator) =>
    [
        $"database={connectionString};Timeout=5",
        $"address={emulator.BaseAddress}",
        FormattableString.Invariant($"process={process}"),
        FormattableString.Invariant($"events={int.MaxValue}"),
        FormattableString.Invariant($"pace={Pace}"),
        FormattableString.Invariant($"attempt={Attempt.TotalMilliseconds}"),
        FormattableString.Invariant($"lease={Lease.TotalMilliseconds}"),
        "bad=true",
        "shutdown=30000",
    ];

    private Task WaitUntilAllTrackAsync() => Task.WhenAll(_living.Values.Select(static living => living.Child.WaitForAcknowledgementsAsync(1)));

    private static async Task<NpgsqlConnection> HoldSnapshotAsync(PostgreSqlDatabase database)
    {
        // Without a pool, which would use the session again after a crash of the server.
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM typed_events.events", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }
}
