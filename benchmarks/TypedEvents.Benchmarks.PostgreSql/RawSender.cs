using Npgsql;
using TypedEvents.Outbox.PostgreSql;

namespace TypedEvents.Benchmarks.PostgreSql;

/// <summary>The same statements, run by hand with Npgsql on one connection that is always open, and nothing else.</summary>
internal sealed class RawSender : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly Guid _sender = Guid.NewGuid();
    private readonly int[] _partitions;
    private readonly EventAppender _appender;
    private readonly PartitionReader _reader;
    private readonly SettlementSql _settlements;
    private readonly (long Cursor, string? Snapshot)[] _read = new (long, string?)[Partition.Count];
    private int _turn;

    private RawSender(NpgsqlConnection connection, string schema, int[] partitions)
    {
        var sql = new EventSql(schema, null);
        _connection = connection;
        _partitions = partitions;
        _appender = new EventAppender(new Database(NpgsqlDataSource.Create(connection.ConnectionString), isOwned: true), sql, allowAsynchronousCommit: false);
        _reader = new PartitionReader(sql);
        _settlements = new SettlementSql(sql);
    }

    public static async Task<RawSender[]> OpenAsync(PostgreSqlDatabase database, string schema, int count)
    {
        await database.ExecuteAsync(PostgreSqlOutbox.GetScript(schema));
        var senders = new RawSender[count];
        for (int i = 0; i < count; i++)
        {
            var connection = new NpgsqlConnection(database.ConnectionString);
            await connection.OpenAsync();
            int[] partitions = [.. Enumerable.Range(0, Partition.Count).Where(partition => partition % count == i)];
            senders[i] = new RawSender(connection, schema, partitions);
            await database.ExecuteAsync($"""
                INSERT INTO "{schema}".senders (sender, expires_at) VALUES ('{senders[i]._sender}', clock_timestamp() + interval '1 day');
                UPDATE "{schema}".partitions SET sender = '{senders[i]._sender}' WHERE partition IN ({string.Join(',', partitions)})
                """);
        }

        return senders;
    }

    public async Task<int> AppendAsync(int cycles)
    {
        for (int i = 0; i < cycles; i++)
        {
            await RunAsync(_appender.Append(Blocks.Of(Next()), 1), null);
        }

        return cycles * Blocks.Events;
    }

    public async Task<int> CycleAsync(int cycles)
    {
        for (int i = 0; i < cycles; i++)
        {
            int partition = Next();
            await RunAsync(_appender.Append(Blocks.Of(partition), 1), null);
            List<OutboxEvent> events = [];
            (long cursor, string? snapshot) = _read[partition];
            await RunAsync([EventSql.Plan, _reader.Read(partition, cursor, snapshot, cursor, [], Blocks.Events + 1, _sender)], row =>
            {
                snapshot = row.GetString(0);
                events.Add(new OutboxEvent { Position = row.GetInt64(4), Partition = row.GetInt16(5), EventName = row.GetString(6), Json = row.GetFieldValue<byte[]>(10) });
            });
            if (events.Count != Blocks.Events)
            {
                throw new InvalidOperationException($"{events.Count} events were read.");
            }

            await RunAsync([EventSql.Plan, _settlements.Deliver(_sender, events)], static _ => { });
            _read[partition] = (events[^1].Position, snapshot);
        }

        return cycles * Blocks.Events;
    }

    public async ValueTask DisposeAsync() => await _connection.DisposeAsync();

    /// <summary>Runs one batch, whose last result is read.</summary>
    private async Task RunAsync(IReadOnlyList<Command> commands, Action<NpgsqlDataReader>? onRow)
    {
        await using var batch = new NpgsqlBatch(_connection);
        foreach (Command command in commands)
        {
            var one = new NpgsqlBatchCommand(command.Sql);
            foreach (NpgsqlParameter parameter in command.Parameters)
            {
                one.Parameters.Add(parameter);
            }

            batch.BatchCommands.Add(one);
        }

        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync();
        if (onRow is null)
        {
            return;
        }

        await reader.NextResultAsync();
        while (await reader.ReadAsync())
        {
            onRow(reader);
        }
    }

    private int Next() => _partitions[_turn++ % _partitions.Length];
}
