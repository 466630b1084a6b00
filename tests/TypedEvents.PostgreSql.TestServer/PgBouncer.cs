using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace TypedEvents.PostgreSql.TestServer;

/// <summary>A real PgBouncer before a server. It is removed when the test process ends, however that happens.</summary>
public sealed class PgBouncer : IAsyncDisposable
{
    private const string Commands = """
        run() {
          "$program" -q -d settings </dev/null >/dev/null 2>&1 || return 1
          for _ in 1 2 3 4 5 6 7 8 9 10; do [ -s pid ] && return 0; sleep 0.1; done
          return 1
        }
        remove() {
          kill -INT "$(cat pid)"
        }
        """;

    private readonly Supervisor _supervisor;
    private readonly int _port;

    private PgBouncer(Supervisor supervisor, int port)
    {
        _supervisor = supervisor;
        _port = port;
    }

    /// <summary>Whether there is a PgBouncer.</summary>
    /// <param name="reason">Why there is none, and what to do.</param>
    public static bool TryFind([NotNullWhen(false)] out string? reason) => TryFind(out _, out _, out reason);

    /// <summary>Starts one. Skips the test where there is none.</summary>
    /// <param name="server">The server.</param>
    /// <param name="mode">When a server connection is given back.</param>
    /// <param name="poolSize">The maximum number of server connections for each database and user.</param>
    public static async Task<PgBouncer> StartAsync(PostgreSqlServer server, PoolMode mode, int poolSize = 4)
    {
        Skip.Unless(TryFind(out string? program, out UnprivilegedUser? user, out string? reason), reason);
        var target = new NpgsqlConnectionStringBuilder(server.ConnectionString);
        for (int attempt = 1; ; attempt++)
        {
            int port = FreePort.Find();
            string settings = $"""
                [databases]
                * = host={target.Host} port={target.Port}
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = {port}
                unix_socket_dir =
                pool_mode = {(mode == PoolMode.Session ? "session" : mode == PoolMode.Transaction ? "transaction" : "statement")}
                default_pool_size = {poolSize}
                max_client_conn = 500
                auth_type = plain
                auth_file = users
                ignore_startup_parameters = extra_float_digits
                pidfile = pid
                logfile = log
                """;
            Supervisor supervisor = await Supervisor.StartAsync(
                $"program='{program}'\n{Commands}", user, ("settings", settings + "\n"), ("users", $"\"{target.Username}\" \"{target.Password}\"\n"));
            (int exitCode, string output) = await supervisor.TryRunAsync("start");
            if (exitCode == 0)
            {
                return new PgBouncer(supervisor, port);
            }

            string log = Path.Combine(supervisor.Folder, "log");
            output += File.Exists(log) ? await File.ReadAllTextAsync(log) : "";
            await supervisor.DisposeAsync();
            if (attempt == FreePort.Attempts)
            {
                throw new InvalidOperationException($"PgBouncer doesn't start: {output}");
            }
        }
    }

    /// <summary>The connection string that reaches a database through this PgBouncer.</summary>
    /// <param name="database">A database of the server, for its user who may do everything.</param>
    public string ConnectionString(PostgreSqlDatabase database) =>
        new NpgsqlConnectionStringBuilder(database.ConnectionString) { Host = "127.0.0.1", Port = _port }.ConnectionString;

    public ValueTask DisposeAsync() => _supervisor.DisposeAsync();

    private static bool TryFind([NotNullWhen(true)] out string? program, [NotNullWhen(true)] out UnprivilegedUser? user, [NotNullWhen(false)] out string? reason)
    {
        const string Remedy = "Install PgBouncer (on Debian and Ubuntu: apt-get install pgbouncer).";
        user = null;
        program = OperatingSystem.IsWindows() ? null : Programs.Find("pgbouncer");
        if (program is null)
        {
            reason = $"There is no PgBouncer in PATH or /usr/sbin. {Remedy}";
            return false;
        }

        if (UnprivilegedUser.TryFind(out user, out reason))
        {
            return true;
        }

        return false;
    }
}
