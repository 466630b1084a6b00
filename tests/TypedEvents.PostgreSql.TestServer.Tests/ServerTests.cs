using System.Diagnostics;
using Npgsql;

namespace TypedEvents.PostgreSql.TestServer.Tests;

/// <summary>The faults that tests rely on happen.</summary>
public sealed class ServerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_test_has_a_database_of_its_own_that_is_dropped_with_its_roles()
    {
        PostgreSqlServer server = await PostgreSqlServer.GetSharedAsync();
        string role;
        await using (PostgreSqlDatabase one = await PostgreSqlDatabase.CreateAsync(), other = await PostgreSqlDatabase.CreateAsync())
        {
            await one.ExecuteAsync("CREATE TABLE rows (id int)");
            Assert.False(await other.QueryAsync<bool>("SELECT to_regclass('rows') IS NOT NULL"));

            (role, string connectionString) = await one.CreateRoleAsync();
            await using var dataSource = NpgsqlDataSource.Create(connectionString);
            await using NpgsqlCommand select = dataSource.CreateCommand("SELECT * FROM rows");
            PostgresException denied = await Assert.ThrowsAsync<PostgresException>(() => select.ExecuteNonQueryAsync(Token));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, denied.SqlState);
        }

        await using PostgreSqlDatabase afterwards = await server.CreateDatabaseAsync();
        Assert.Equal(0, await afterwards.QueryAsync<long>($"SELECT count(*) FROM pg_roles WHERE rolname = '{role}'"));
    }

    [Fact]
    public async Task A_server_of_its_own_is_stopped_restarted_killed_and_removed()
    {
        string folder;
        int port;
        await using (PostgreSqlServer server = await PostgreSqlServer.StartAsync("synchronous_commit = off"))
        {
            folder = server.DataFolder;
            port = server.Port;
            await using PostgreSqlDatabase database = await server.CreateDatabaseAsync();
            Assert.Equal("off", await database.QueryAsync<string>("SHOW synchronous_commit"));
            await database.ExecuteAsync("CREATE TABLE logged (id int); CREATE UNLOGGED TABLE unlogged (id int); INSERT INTO logged VALUES (1); INSERT INTO unlogged VALUES (1)");
            await server.RestartAsync(StopMode.Fast);
            Assert.Equal((1, 1), await CountAsync(database));

            await using (NpgsqlConnection victim = await database.DataSource.OpenConnectionAsync(Token))
            {
                await server.KillBackendAsync(victim.ProcessID);
            }

            Assert.Equal((1, 0), await CountAsync(database));

            await database.ExecuteAsync("INSERT INTO unlogged VALUES (1)");
            await server.RestartAsync(StopMode.Immediate);
            Assert.Equal((1, 0), await CountAsync(database));
        }

        Assert.False(Directory.Exists(folder));
        await using var gone = NpgsqlDataSource.Create($"Host=127.0.0.1;Port={port};Username=postgres;Password=none;Timeout=2");
        await Assert.ThrowsAnyAsync<NpgsqlException>(async () => await gone.OpenConnectionAsync(Token));
    }

    [Fact]
    public async Task A_standby_has_the_rows_and_becomes_a_primary()
    {
        await using PostgreSqlServer primary = await PostgreSqlServer.StartAsync();
        await primary.ExecuteAsync("CREATE TABLE rows (id int); INSERT INTO rows VALUES (1)");
        await using PostgreSqlServer standby = await primary.StartStandbyAsync();

        PostgresException readOnly = await Assert.ThrowsAsync<PostgresException>(() => standby.ExecuteAsync("INSERT INTO rows VALUES (2)"));
        Assert.Equal(PostgresErrorCodes.ReadOnlySqlTransaction, readOnly.SqlState);
        await primary.StopAsync(StopMode.Immediate);
        await standby.PromoteAsync();

        await standby.ExecuteAsync("INSERT INTO rows VALUES (2)");
    }

    [Theory]
    [InlineData(PoolMode.Transaction)]
    [InlineData(PoolMode.Statement)]
    public async Task PgBouncer_pools_in_the_mode_that_was_asked_for(PoolMode mode)
    {
        await using PostgreSqlDatabase database = await PostgreSqlDatabase.CreateAsync();
        await using PgBouncer bouncer = await PgBouncer.StartAsync(database.Server, mode);
        await using var dataSource = NpgsqlDataSource.Create(bouncer.ConnectionString(database));
        await using NpgsqlConnection connection = await dataSource.OpenConnectionAsync(Token);

        await using var begin = new NpgsqlCommand("BEGIN", connection);
        if (mode == PoolMode.Statement)
        {
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => begin.ExecuteNonQueryAsync(Token));
            return;
        }

        await begin.ExecuteNonQueryAsync(Token);
        await using var rollback = new NpgsqlCommand("ROLLBACK", connection);
        await rollback.ExecuteNonQueryAsync(Token);
    }

    [Fact]
    public async Task A_silent_proxy_neither_answers_nor_ends_a_connection()
    {
        await using PostgreSqlDatabase database = await PostgreSqlDatabase.CreateAsync();
        await using SilentProxy proxy = SilentProxy.Start(database.Server);
        await using var dataSource = NpgsqlDataSource.Create(proxy.ConnectionString(database.ConnectionString));
        await using NpgsqlConnection connection = await dataSource.OpenConnectionAsync(Token);
        await using var select = new NpgsqlCommand("SELECT 1", connection);
        Assert.Equal(1, await select.ExecuteScalarAsync(Token));

        proxy.Silence();
        Task<object?> silent = select.ExecuteScalarAsync(Token);
        Assert.Equal(1L, await database.QueryAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"));
        Assert.False(silent.IsCompleted);

        proxy.Resume();
        Assert.Equal(1, await silent);
    }

    /// <summary>The shell that supervises the server notices the end of its input, whatever ends the process that started it.</summary>
    [Fact]
    public async Task A_server_ends_with_the_process_that_started_it()
    {
        PostgreSqlServer.SkipUnlessInstalled();
        ProcessStartInfo start = ThisProgram(nameof(Waits_for_its_end));
        string signal = Path.Combine(Directory.CreateTempSubdirectory("typedevents-").FullName, "started");
        start.Environment[SignalVariable] = signal;
        using var other = Process.Start(start)!;
        while (!File.Exists(signal))
        {
            Assert.False(other.HasExited, "The other process ended before it had started a server.");
            await Task.Delay(20, Token);
        }

        string folder = await File.ReadAllTextAsync(signal, Token);
        Assert.True(Directory.Exists(folder));
        other.Kill();
        await other.WaitForExitAsync(Token);
        while (Directory.Exists(folder))
        {
            await Task.Delay(20, Token);
        }

        Directory.Delete(Path.GetDirectoryName(signal)!, recursive: true);
    }

    [Fact]
    public async Task Tests_use_the_server_that_the_variable_names_and_not_one_of_their_own()
    {
        await using PostgreSqlServer server = await PostgreSqlServer.StartAsync();
        ProcessStartInfo start = ThisProgram(nameof(Says_which_server_it_uses));
        string file = Path.GetTempFileName();
        start.Environment[SharedServerVariable] = file;
        start.Environment[PostgreSqlServer.Variable] = server.ConnectionString;
        using var other = Process.Start(start)!;
        await other.StandardOutput.ReadToEndAsync(Token);
        await other.WaitForExitAsync(Token);

        Assert.Equal(0, other.ExitCode);
        Assert.Equal($"{server.Port} {await ServerIdAsync(server.ConnectionString)} False", await File.ReadAllTextAsync(file, Token));
        File.Delete(file);
        await using var dataSource = NpgsqlDataSource.Create(server.ConnectionString);
        await using NpgsqlCommand left = dataSource.CreateCommand("SELECT count(*) FROM pg_database WHERE datname LIKE 'typedevents_%'");
        Assert.Equal(0L, await left.ExecuteScalarAsync(Token));
    }

    private const string SharedServerVariable = "TYPEDEVENTS_SERVER_SHARED";

    /// <summary>The other process of <see cref="Tests_use_the_server_that_the_variable_names_and_not_one_of_their_own"/>; nothing in any other run.</summary>
    [Fact]
    public async Task Says_which_server_it_uses()
    {
        if (Environment.GetEnvironmentVariable(SharedServerVariable) is not { } file)
        {
            return;
        }

        await using PostgreSqlDatabase database = await PostgreSqlDatabase.CreateAsync();
        bool mayStop = await Record.ExceptionAsync(() => database.Server.StopAsync(StopMode.Fast)) is null;
        await File.WriteAllTextAsync(file, $"{database.Server.Port} {await ServerIdAsync(database.ConnectionString)} {mayStop}", Token);
    }

    private const string SignalVariable = "TYPEDEVENTS_SERVER_SIGNAL";

    /// <summary>The other process of <see cref="A_server_ends_with_the_process_that_started_it"/>; nothing in any other run.</summary>
    [Fact]
    public async Task Waits_for_its_end()
    {
        if (Environment.GetEnvironmentVariable(SignalVariable) is not { } signal)
        {
            return;
        }

        PostgreSqlServer server = await PostgreSqlServer.StartAsync();
        await File.WriteAllTextAsync(signal + ".new", server.DataFolder, Token);
        File.Move(signal + ".new", signal);
        await Task.Delay(Timeout.Infinite, Token);
    }

    /// <summary>This test program with one of its methods, as another process.</summary>
    private static ProcessStartInfo ThisProgram(string method)
    {
        string[] command = Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet"
            ? [host, typeof(ServerTests).Assembly.Location]
            : [Environment.ProcessPath!];
        return new ProcessStartInfo(command[0], [.. command[1..], "-method", $"{typeof(ServerTests).FullName}.{method}"]) { RedirectStandardOutput = true };
    }

    private static async Task<string> ServerIdAsync(string connectionString)
    {
        await using var dataSource = NpgsqlDataSource.Create(connectionString);
        await using NpgsqlCommand id = dataSource.CreateCommand("SELECT system_identifier::text FROM pg_control_system()");
        return (string)(await id.ExecuteScalarAsync(Token))!;
    }

    private static async Task<(long Logged, long Unlogged)> CountAsync(PostgreSqlDatabase database) =>
        (await database.QueryAsync<long>("SELECT count(*) FROM logged"), await database.QueryAsync<long>("SELECT count(*) FROM unlogged"));
}
