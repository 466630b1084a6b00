using Npgsql;

namespace TypedEvents.Outbox.PostgreSql.Tests;

/// <summary>Lets the commits of transactions that changed a table wait until the test lifts it.</summary>
internal sealed class CommitBarrier : IAsyncDisposable
{
    private const int Key = 4711;

    private readonly PostgreSqlDatabase _database;
    private readonly NpgsqlConnection _holder;

    private CommitBarrier(PostgreSqlDatabase database, NpgsqlConnection holder)
    {
        _database = database;
        _holder = holder;
    }

    /// <param name="database">The database.</param>
    /// <param name="change">The change that waits, such as <c>INSERT ON orders</c>.</param>
    /// <param name="condition">Which rows.</param>
    public static async Task<CommitBarrier> RaiseAsync(PostgreSqlDatabase database, string change, string condition)
    {
        await database.ExecuteAsync($"""
            CREATE FUNCTION pass_barrier() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared({Key}); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER at_commit AFTER {change} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION pass_barrier();
            """);
        NpgsqlConnection holder = await database.DataSource.OpenConnectionAsync();
        var barrier = new CommitBarrier(database, holder);
        await barrier.RunAsync($"SELECT pg_advisory_lock({Key})");
        return barrier;
    }

    /// <summary>Whether a commit waits.</summary>
    public async Task<bool> IsReachedAsync() =>
        await _database.QueryAsync<long>($"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {Key} AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") > 0;

    public Task LiftAsync() => RunAsync($"SELECT pg_advisory_unlock({Key})");

    public ValueTask DisposeAsync() => _holder.DisposeAsync();

    private async Task RunAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _holder);
        await command.ExecuteNonQueryAsync();
    }
}
