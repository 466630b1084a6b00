using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Npgsql;

namespace TypedEvents.PostgreSql.TestServer;

/// <summary>
/// A real PostgreSQL. <see cref="GetSharedAsync"/> is for tests that need a database, <see cref="StartAsync"/> for tests that stop, kill or
/// configure the server. A server that was started here lies in a temporary folder, listens on loopback only, and is removed when the test
/// process ends, however that happens.
/// </summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    /// <summary>A connection string of an existing server that tests may create databases and roles in.</summary>
    public const string Variable = "TYPEDEVENTS_POSTGRES";

    /// <summary>If set to 1, a test without its server fails instead of being skipped.</summary>
    public const string RequiredVariable = "TYPEDEVENTS_POSTGRES_REQUIRED";

    internal const string SuperUser = "postgres";

    /// <summary>What has to survive is the crash of a process and not that of the host, so nothing waits for the disk.</summary>
    private const string Settings = """
        listen_addresses = '127.0.0.1'
        unix_socket_directories = ''
        fsync = off
        full_page_writes = off
        max_connections = 300
        max_prepared_transactions = 20
        shared_buffers = 64MB
        timezone = UTC
        lc_messages = C
        """;

    /// <summary>The folder of the programs, as the functions of <see cref="Supervisor"/> need it.</summary>
    private const string Commands = """
        run() {
          command=$1; shift
          case $command in
            init)
              "$programs/initdb" -D data -U postgres -A scram-sha-256 --pwfile=password -E UTF8 --locale=C --no-sync >/dev/null && cat settings >> data/postgresql.conf ;;
            copy)
              PGPASSWORD=$(cat password) "$programs/pg_basebackup" -h 127.0.0.1 -p "$1" -U postgres -D data -R -X stream -c fast --no-sync ;;
            dump)
              PGPASSWORD=$(cat password) "$programs/pg_dump" -h 127.0.0.1 -p "$1" -U postgres -f "$3" "$2" && chmod a+r "$3" ;;
            restore)
              PGPASSWORD=$(cat password) "$programs/psql" -q -X -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$1" -U postgres -d "$2" -f "$3" >/dev/null ;;
            start)
              "$programs/pg_ctl" start -s -w -t 120 -D data -l log -o "-p $1" </dev/null ;;
            *)
              "$programs/pg_ctl" "$command" -s -w -t 120 -D data "$@" </dev/null ;;
          esac
        }
        remove() {
          "$programs/pg_ctl" stop -s -w -t 60 -D data -m immediate
        }
        """;

    private static readonly Lazy<Task<PostgreSqlServer>> Shared = new(CreateSharedAsync);

    private readonly Supervisor? _supervisor;

    /// <summary>Without a pool, because a pooled connection doesn't survive a restart.</summary>
    private readonly NpgsqlDataSource _dataSource;
    private readonly ConcurrentDictionary<PostgreSqlDatabase, bool> _databases = new();

    private PostgreSqlServer(Supervisor? supervisor, string connectionString)
    {
        _supervisor = supervisor;
        ConnectionString = connectionString;
        _dataSource = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, Timeout = 5 });
    }

    /// <summary>A connection string of a user who may do everything.</summary>
    public string ConnectionString { get; }

    public string Host => new NpgsqlConnectionStringBuilder(ConnectionString).Host!;

    public int Port => new NpgsqlConnectionStringBuilder(ConnectionString).Port;

    /// <summary>The server's data folder.</summary>
    public string DataFolder => Path.Combine(Own.Folder, "data");

    private Supervisor Own => _supervisor ?? throw new InvalidOperationException($"The server of {Variable} isn't the tests' own: they may not stop or configure it.");

    /// <summary>Whether there is a PostgreSQL for <see cref="GetSharedAsync"/>.</summary>
    /// <param name="reason">Why there is none, and what to do.</param>
    public static bool TryFind([NotNullWhen(false)] out string? reason)
    {
        reason = null;
        return Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } || TryFindPrograms(out _, out _, out reason);
    }

    /// <summary>Whether there are the programs for <see cref="StartAsync"/>.</summary>
    /// <param name="reason">Why there are none, and what to do.</param>
    public static bool TryFindPrograms([NotNullWhen(false)] out string? reason) => TryFindPrograms(out _, out _, out reason);

    /// <summary>Skips the test where there are no programs for <see cref="StartAsync"/>.</summary>
    public static void SkipUnlessInstalled() => Skip.Unless(TryFindPrograms(out string? reason), reason);

    /// <summary>The server for all tests of this process, which is started at the first call. Skips the test where there is none.</summary>
    public static Task<PostgreSqlServer> GetSharedAsync()
    {
        Skip.Unless(TryFind(out string? reason), reason);
        return Shared.Value;
    }

    /// <summary>Starts a server of the test's own. Skips the test where there are no programs.</summary>
    /// <param name="settings">Further lines of <c>postgresql.conf</c>.</param>
    public static async Task<PostgreSqlServer> StartAsync(params string[] settings)
    {
        Skip.Unless(TryFindPrograms(out string? programs, out UnprivilegedUser? user, out string? reason), reason);
        string password = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        Supervisor supervisor = await Supervisor.StartAsync(
            $"programs='{programs}'\n{Commands}",
            user,
            ("password", password),
            ("settings", $"{Settings}\n{string.Join('\n', settings)}\n"));
        await supervisor.RunAsync("init");
        return await StartOnFreePortAsync(supervisor, password);
    }

    /// <summary>Starts a standby of this server, which can be promoted.</summary>
    public async Task<PostgreSqlServer> StartStandbyAsync()
    {
        Skip.Unless(TryFindPrograms(out string? programs, out UnprivilegedUser? user, out string? reason), reason);
        string password = new NpgsqlConnectionStringBuilder(ConnectionString).Password!;
        Supervisor supervisor = await Supervisor.StartAsync($"programs='{programs}'\n{Commands}", user, ("password", password));
        await supervisor.RunAsync($"copy {Port}");
        return await StartOnFreePortAsync(supervisor, password);
    }

    /// <summary>Makes a primary of a standby.</summary>
    public async Task PromoteAsync() => await Own.RunAsync("promote");

    public async Task StopAsync(StopMode mode) => await Own.RunAsync($"stop -m {(mode == StopMode.Fast ? "fast" : "immediate")}");

    /// <summary>Starts the server again at its port, after <see cref="StopAsync"/>.</summary>
    public async Task StartAgainAsync()
    {
        await Own.RunAsync($"start {Port}");
        ClearPools();
    }

    /// <summary>
    /// Stops the server and starts it again at its port. The pool of each <see cref="PostgreSqlDatabase.DataSource"/> is empty afterwards;
    /// other pools notice that their connections are broken when they use them.
    /// </summary>
    public async Task RestartAsync(StopMode mode)
    {
        await StopAsync(mode);
        await StartAgainAsync();
    }

    /// <summary>
    /// Kills the process of one session (SIGKILL). The server then ends all other sessions, recovers as after a crash, and accepts connections
    /// when the task ends.
    /// </summary>
    /// <param name="processId">What <c>pg_backend_pid()</c> returned in that session.</param>
    public async Task KillBackendAsync(int processId)
    {
        _ = Own;
        using (var backend = Process.GetProcessById(processId))
        {
            backend.Kill();
            await backend.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        }

        await WaitUntilReadyAsync();
        ClearPools();
    }

    /// <summary>Waits until the server accepts connections, for up to a minute.</summary>
    public async Task WaitUntilReadyAsync()
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using NpgsqlConnection connection = await _dataSource.OpenConnectionAsync();
                return;
            }
            catch (NpgsqlException) when (watch.Elapsed < TimeSpan.FromMinutes(1))
            {
                await Task.Delay(50);
            }
        }
    }

    /// <summary>Runs a statement as a user who may do everything, for up to five minutes: a database is created and dropped with a checkpoint.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using NpgsqlCommand command = _dataSource.CreateCommand(sql);
        command.CommandTimeout = 300;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Creates a database of the test's own.</summary>
    public async Task<PostgreSqlDatabase> CreateDatabaseAsync()
    {
        string name = $"typedevents_{Guid.NewGuid():N}";
        await ExecuteAsync($"""CREATE DATABASE "{name}" TEMPLATE template0""");
        var database = new PostgreSqlDatabase(this, name);
        _databases.TryAdd(database, true);
        return database;
    }

    /// <summary>The copy of a primary's database in this server, which was its standby.</summary>
    public PostgreSqlDatabase GetDatabase(PostgreSqlDatabase original)
    {
        ArgumentNullException.ThrowIfNull(original);
        var database = new PostgreSqlDatabase(this, original.Name);
        _databases.TryAdd(database, true);
        return database;
    }

    /// <summary>Restores another server's database in this one, from a dump by <c>pg_dump</c> with its defaults.</summary>
    public async Task<PostgreSqlDatabase> RestoreDumpAsync(PostgreSqlDatabase original)
    {
        ArgumentNullException.ThrowIfNull(original);
        string file = Path.Combine(original.Server.Own.Folder, $"{original.Name}.sql");
        await original.Server.Own.RunAsync($"dump {original.Server.Port} {original.Name} {file}");
        string copy = Path.Combine(Own.Folder, $"{original.Name}.sql");
        File.Copy(file, copy);
        PostgreSqlDatabase database = await CreateDatabaseAsync();
        await Own.RunAsync($"restore {Port} {database.Name} {copy}");
        return database;
    }

    /// <summary>Removes a server that was started here.</summary>
    public async ValueTask DisposeAsync()
    {
        await _dataSource.DisposeAsync();
        if (_supervisor is not null)
        {
            await _supervisor.DisposeAsync();
        }
    }

    internal void Forget(PostgreSqlDatabase database) => _databases.TryRemove(database, out _);

    private void ClearPools()
    {
        foreach (PostgreSqlDatabase database in _databases.Keys)
        {
            database.DataSource.Clear();
        }
    }

    private static bool TryFindPrograms([NotNullWhen(true)] out string? programs, [NotNullWhen(true)] out UnprivilegedUser? user, [NotNullWhen(false)] out string? reason)
    {
        const string Remedy = $"Install PostgreSQL (on Debian and Ubuntu: apt-get install postgresql), or set {Variable} to the connection string of a server.";
        user = null;
        programs = OperatingSystem.IsWindows() ? null : Programs.FindServerFolder();
        if (programs is null)
        {
            reason = $"There is no PostgreSQL: initdb, postgres, pg_ctl and pg_basebackup are neither in PATH nor in the usual folders. {Remedy}";
            return false;
        }

        if (UnprivilegedUser.TryFind(out user, out string? why))
        {
            reason = null;
            return true;
        }

        reason = $"{why}. {Remedy}";
        return false;
    }

    private static Task<PostgreSqlServer> CreateSharedAsync() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } existing
            ? Task.FromResult(new PostgreSqlServer(supervisor: null, existing))
            : StartAsync();

    private static async Task<PostgreSqlServer> StartOnFreePortAsync(Supervisor supervisor, string password)
    {
        for (int attempt = 1; ; attempt++)
        {
            int port = FreePort.Find();
            (int exitCode, string output) = await supervisor.TryRunAsync($"start {port}");
            if (exitCode == 0)
            {
                return new PostgreSqlServer(
                    supervisor,
                    new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = port, Username = SuperUser, Password = password, Database = SuperUser }.ConnectionString);
            }

            if (attempt == FreePort.Attempts)
            {
                string log = Path.Combine(supervisor.Folder, "log");
                throw new InvalidOperationException($"PostgreSQL doesn't start: {output}\n{(File.Exists(log) ? await File.ReadAllTextAsync(log) : "")}");
            }
        }
    }
}
