using System.Globalization;
using System.Text;
using Npgsql;

namespace TypedEvents.Outbox.PostgreSql;

/// <summary>
/// Appends events: two INSERTs in one statement, so that the role needs nothing but INSERT, and no lock is taken that another append waits for.
/// </summary>
internal sealed class EventAppender(Database database, EventSql sql, bool allowAsynchronousCommit)
{
    /// <summary>
    /// <see cref="OutboxStatistics"/> count an event at its commit: by a row of the ledger, which nothing else updates.
    /// </summary>
    private const string LedgerColumns = "appended, pending, pending_registration, pending_bytes";

    /// <summary>The statements that append blocks on the outbox's own data source.</summary>
    public IReadOnlyList<Command> Append(IReadOnlyList<EventBlock> blocks, int count)
    {
        int events = 0;
        for (int i = 0; i < count; i++)
        {
            events += blocks[i].Count;
        }

        short[] partitions = new short[events];
        string?[] names = new string?[events];
        string?[] appKeys = new string?[events];
        string?[] identityNames = new string?[events];
        byte[]?[] externalIds = new byte[]?[events];
        var jsons = new ReadOnlyMemory<byte>[events];
        long bytes = 0;
        int unregistered = 0;
        int next = 0;
        for (int i = 0; i < count; i++)
        {
            EventBlock block = blocks[i];
            for (int j = 0; j < block.Count; j++, next++)
            {
                BufferedEvent item = block[j];
                partitions[next] = (short)item.Partition;
                names[next] = item.EventName;
                appKeys[next] = block.AppKey;
                identityNames[next] = item.User.IdentityName;
                externalIds[next] = BytesOf(item.User);
                jsons[next] = item.Json;
                bytes += item.Json.Length;
                unregistered += item.User.IsExternalId ? 1 : 0;
            }
        }

        var append = new Command(
            $"""
            WITH e AS (
              INSERT INTO {sql.Q}.events (appended_at, partition, name, app_key, identity_name, external_id, json)
              SELECT {sql.Now}, u.partition, u.name, u.app_key, u.identity_name, u.external_id, u.json
              FROM unnest($1::smallint[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::bytea[])
                WITH ORDINALITY AS u(partition, name, app_key, identity_name, external_id, json, n)
              ORDER BY u.n)
            INSERT INTO {sql.Q}.ledger ({LedgerColumns}) VALUES ($7, $7, $8, $9)
            """,
            Command.Of(partitions),
            Command.Of(names),
            Command.Of(appKeys),
            Command.Of(identityNames),
            Command.Of(externalIds),
            Command.Of(jsons),
            Command.Of(events),
            Command.Of(unregistered),
            Command.Of(bytes));
        return allowAsynchronousCommit ? [append] : database.Durably(append);
    }

    /// <summary>
    /// The statement that appends a block in a transaction of the application, and returns the transaction's id: scalar parameters only, as its
    /// data source may lack arrays, and RETURNING names no column, which would need the right to SELECT.
    /// </summary>
    /// <param name="block">The events.</param>
    /// <param name="transactionId">The id of the only transaction in which it inserts anything; <see langword="null"/>: any.</param>
    public Command AppendInTransaction(EventBlock block, string? transactionId)
    {
        const int Scalars = 6;
        const int Common = 4;
        const string IsTransaction = "($4::text IS NULL OR pg_current_xact_id_if_assigned() = $4::text::xid8)";
        var parameters = new NpgsqlParameter[Common + (block.Count * Scalars)];
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            WITH e AS (
              INSERT INTO {sql.Q}.events (appended_at, partition, name, app_key, identity_name, external_id, json)
              SELECT {sql.Now}, v.partition, v.name, v.app_key, v.identity_name, v.external_id, v.json FROM (VALUES 
            """);
        long bytes = 0;
        int unregistered = 0;
        int next = Common;
        for (int i = 0; i < block.Count; i++)
        {
            BufferedEvent item = block[i];
            int p = next + 1;
            text.Append(i == 0 ? "" : ", ").Append(CultureInfo.InvariantCulture, $"(${p}::smallint, ${p + 1}::text, ${p + 2}::text, ${p + 3}::text, ${p + 4}::bytea, ${p + 5}::bytea, {i})");
            parameters[next++] = Command.Of((short)item.Partition);
            parameters[next++] = Command.Of(item.EventName);
            parameters[next++] = Command.Of(block.AppKey);
            parameters[next++] = Command.Of(item.User.IdentityName);
            parameters[next++] = Command.Of(BytesOf(item.User));
            parameters[next++] = Command.Of(item.Json.ToArray());
            bytes += item.Json.Length;
            unregistered += item.User.IsExternalId ? 1 : 0;
        }

        text.Append(CultureInfo.InvariantCulture, $"""
            ) AS v(partition, name, app_key, identity_name, external_id, json, n) WHERE {IsTransaction} ORDER BY v.n)
            INSERT INTO {sql.Q}.ledger ({LedgerColumns}) SELECT $1, $1, $2, $3 WHERE {IsTransaction}
            RETURNING pg_current_xact_id()::text
            """);
        parameters[0] = Command.Of(block.Count);
        parameters[1] = Command.Of(unregistered);
        parameters[2] = Command.Of(bytes);
        parameters[3] = Command.Of(transactionId);
        return new Command(text.ToString(), parameters);
    }

    /// <summary>PostgreSQL's text can't hold U+0000, which an external id may.</summary>
    public static byte[]? BytesOf(EngageUser user) => user.ExternalId is { } externalId ? Encoding.UTF8.GetBytes(externalId) : null;
}
