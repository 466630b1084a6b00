using Npgsql;

namespace TypedEvents.Outbox.PostgreSql.Tests;

/// <summary>Lets the commits of transactions that changed a table wait until the test opens it.</summary>
internal sealed class CommitGate : IAsyncDisposable
{
    private const int Key = 4711;

    private readonly PostgreSqlDatabase _database;
    private readonly NpgsqlConnection _holder;

    private CommitGate(PostgreSqlDatabase database, NpgsqlConnection holder)
    {
        _database = database;
        _holder = holder;
    }

    /// <param name="database">The database.</param>
    /// <param name="change">The change that waits, such as <c>INSERT ON orders</c>.</param>
    /// <param name="condition">Which rows.</param>
    public static async Task<CommitGate> CloseAsync(PostgreSqlDatabase database, string change, string condition)
    {
        await database.ExecuteAsync($"""
            CREATE FUNCTION pass_gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared({Key}); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER at_commit AFTER {change} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION pass_gate();
            """);
        NpgsqlConnection holder = await database.DataSource.OpenConnectionAsync();
        var gate = new CommitGate(database, holder);
        await gate.RunAsync($"SELECT pg_advisory_lock({Key})");
        return gate;
    }

    /// <summary>Whether a commit waits.</summary>
    public async Task<bool> IsReachedAsync() =>
        await _database.QueryAsync<long>($"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {Key} AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") > 0;

    public Task OpenAsync() => RunAsync($"SELECT pg_advisory_unlock({Key})");

    public ValueTask DisposeAsync() => _holder.DisposeAsync();

    private async Task RunAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _holder);
        await command.ExecuteNonQueryAsync();
    }
}
