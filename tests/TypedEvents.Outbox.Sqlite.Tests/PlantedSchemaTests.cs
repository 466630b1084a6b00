using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>What somebody else put into the file's schema doesn't run when the outbox reads and writes.</summary>
public sealed class PlantedSchemaTests : OutboxTests
{
    [Fact]
    public async Task A_trigger_does_not_run()
    {
        await FillAsync();
        Plant("""
            CREATE TABLE stolen (json);
            CREATE TRIGGER take AFTER INSERT ON events BEGIN INSERT INTO stolen SELECT new.json; DELETE FROM events WHERE position = new.position; END;
            CREATE TRIGGER keep BEFORE DELETE ON events BEGIN SELECT RAISE(IGNORE); END;
            """);

        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "new");
            await using IOutboxClaim claim = await ClaimAsync(outbox);
            List<OutboxEvent> pending = await ReadAsync(claim);
            Assert.Equal(["old", "new"], pending.Select(item => Encoding.UTF8.GetString(item.Json.Span)));
            Assert.True(await claim.SettleDeliveredAsync(pending, Cancellation));
            Assert.Empty(await ListAsync(outbox, OutboxQuery.Pending));
        }

        Assert.Equal(0L, Query("SELECT count(*) FROM stolen"));
    }

    [Fact]
    public async Task A_foreign_key_keeps_no_event()
    {
        await FillAsync();
        Plant("CREATE TABLE kept (position REFERENCES events (position)); INSERT INTO kept SELECT position FROM events");

        await using SqliteOutbox outbox = Open();
        await using IOutboxClaim claim = await ClaimAsync(outbox);
        Assert.True(await claim.SettleDeliveredAsync(await ReadAsync(claim), Cancellation));
        Assert.Empty(await ListAsync(outbox, OutboxQuery.Pending));
        Assert.DoesNotContain(Logger.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    private async Task FillAsync()
    {
        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, "old");
    }

    private void Plant(string sql)
    {
        using SqliteConnection connection = Connect();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private object? Query(string sql)
    {
        using SqliteConnection connection = Connect();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Folder.Outbox, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }
}
