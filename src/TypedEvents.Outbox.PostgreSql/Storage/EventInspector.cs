using Npgsql;

namespace TypedEvents.Outbox.PostgreSql;

/// <summary>Lists, counts, replays and purges events. It needs no claim: a settlement passes over a row that is gone.</summary>
internal sealed class EventInspector(Database database, EventSql sql, OutboxLimits limits)
{
    /// <summary>The most rows of one transaction.</summary>
    private const int ChunkRows = 1000;

    private const string Facts = "name, app_key, identity_name, external_id, json";

    public ValueTask<IReadOnlyList<StoredEvent>> ListAsync(OutboxQuery query, int maxEvents, CancellationToken cancellationToken)
    {
        var condition = QuerySql.Of(query);
        string reason = query.State == StoredEventState.DeadLetter ? "kind, code, message" : "NULL, NULL, NULL";
        string text = $"SELECT position, appended_at, {Facts}, {reason} FROM {sql.Q}.{TableOf(query)} WHERE {condition.Condition} ORDER BY position LIMIT {condition.Add(Command.Of(maxEvents))}";
        return database.RunAsync<IReadOnlyList<StoredEvent>>(
            [new Command(text, condition.Parameters)],
            async (reader, token) =>
            {
                List<StoredEvent> found = [];
                while (await reader.ReadAsync(token).ConfigureAwait(false))
                {
                    found.Add(ToStored(reader, query.State));
                }

                return found;
            },
            cancellationToken);
    }

    public ValueTask<long> CountAsync(OutboxQuery query, CancellationToken cancellationToken)
    {
        var condition = QuerySql.Of(query);
        return CountOfAsync(new Command($"SELECT count(*) FROM {sql.Q}.{TableOf(query)} WHERE {condition.Condition}", condition.Parameters), cancellationToken);
    }

    public ValueTask<IReadOnlyList<long>> CountPendingByPartitionAsync(CancellationToken cancellationToken) => database.RunAsync<IReadOnlyList<long>>(
        [new Command($"SELECT partition, count(*) FROM {sql.Q}.events GROUP BY partition")],
        static async (reader, token) =>
        {
            long[] counts = new long[Partition.Count];
            while (await reader.ReadAsync(token).ConfigureAwait(false))
            {
                counts[reader.GetInt16(0)] = reader.GetInt64(1);
            }

            return counts;
        },
        cancellationToken);

    /// <summary>Makes dead letters pending again, oldest first, up to the first for which there is no room.</summary>
    public async ValueTask<long> ReplayAsync(OutboxQuery query, CancellationToken cancellationToken)
    {
        long total = 0;
        while (true)
        {
            limits.Invalidate();
            OutboxSizes sizes = await limits.GetAsync(cancellationToken).ConfigureAwait(false);
            var condition = QuerySql.Of(query);
            string room = condition.Add(Command.Of(limits.MaxBytes - sizes.WaitingBytes));
            string isEmpty = sizes.WaitingEvents <= 0 ? "true" : "false";
            long replayed = await CountOfAsync(
                new Command(
                    $"""
                    WITH picked AS MATERIALIZED (
                      SELECT position, partition, name, octet_length(json) AS bytes FROM {sql.Q}.dead_letters
                      WHERE {condition.Condition} ORDER BY position LIMIT {ChunkRows} FOR UPDATE SKIP LOCKED),
                    sized AS (SELECT position, {sql.IsHeld("picked")} AS is_held, bytes FROM picked),
                    summed AS (SELECT position, is_held,
                      sum(CASE WHEN is_held THEN 0 ELSE bytes END) OVER w AS bytes, sum(CASE WHEN is_held THEN 0 ELSE 1 END) OVER w AS number
                      FROM sized WINDOW w AS (ORDER BY position)),
                    fitting AS (SELECT position, bool_and(is_held OR bytes <= {room} OR (number = 1 AND {isEmpty})) OVER (ORDER BY position) AS fits FROM summed),
                    back AS (DELETE FROM {sql.Q}.dead_letters d USING fitting f WHERE d.position = f.position AND f.fits RETURNING d.*),
                    again AS (
                      INSERT INTO {sql.Q}.events (appended_at, partition, {Facts})
                      SELECT {sql.Now}, partition, {Facts} FROM back ORDER BY position),
                    noted AS (
                      INSERT INTO {sql.Q}.ledger (pending, pending_registration, dead_letters, pending_bytes, dead_letter_bytes)
                      SELECT count(*), count(*) FILTER (WHERE external_id IS NOT NULL), -count(*), sum(octet_length(json)), -sum(octet_length(json))
                      FROM back HAVING count(*) > 0)
                    SELECT count(*) FROM back
                    """,
                    condition.Parameters),
                cancellationToken).ConfigureAwait(false);
            limits.Invalidate();
            total += replayed;
            if (replayed < ChunkRows)
            {
                return total;
            }
        }
    }

    public async ValueTask<long> PurgeAsync(OutboxQuery query, CancellationToken cancellationToken)
    {
        bool isPending = query.State == StoredEventState.Pending;
        string keys = isPending ? "partition, position" : "position";
        string same = isPending ? "e.partition = p.partition AND e.position = p.position" : "e.position = p.position";
        string figures = isPending
            ? "(purged, pending, pending_registration, pending_bytes) SELECT count(*), -count(*), -count(*) FILTER (WHERE external_id IS NOT NULL), -sum(octet_length(json))"
            : "(purged, dead_letters, dead_letter_bytes) SELECT count(*), -count(*), -sum(octet_length(json))";
        long total = 0;
        long purged = ChunkRows;
        while (purged == ChunkRows)
        {
            var condition = QuerySql.Of(query);
            purged = await CountOfAsync(
                new Command(
                    $"""
                    WITH picked AS MATERIALIZED (
                      SELECT {keys} FROM {sql.Q}.{TableOf(query)} WHERE {condition.Condition} ORDER BY {keys} LIMIT {ChunkRows} FOR UPDATE SKIP LOCKED),
                    gone AS (DELETE FROM {sql.Q}.{TableOf(query)} e USING picked p WHERE {same} RETURNING e.external_id, e.json),
                    noted AS (INSERT INTO {sql.Q}.ledger {figures} FROM gone HAVING count(*) > 0)
                    SELECT count(*) FROM gone
                    """,
                    condition.Parameters),
                cancellationToken).ConfigureAwait(false);
            limits.Invalidate();
            total += purged;
        }

        if (query.User is { } user)
        {
            await ForgetAsync(user, cancellationToken).ConfigureAwait(false);
        }

        return total;
    }

    /// <summary>
    /// Removes what is saved of a person, unless events of theirs are left: those under the EUID would be hard to find without it.
    /// </summary>
    private async ValueTask ForgetAsync(EngageUser user, CancellationToken cancellationToken)
    {
        bool isEuid = user.TryGetEuid(out Euid euid);
        Command find = isEuid
            ? new Command($"SELECT euid, identity_name, external_id FROM {sql.Q}.users WHERE euid = $1", Command.Of(euid.Value))
            : new Command($"SELECT euid, identity_name, external_id FROM {sql.Q}.users WHERE identity_name = $1 AND external_id = $2", Command.Of(user.IdentityName), Command.Of(EventAppender.BytesOf(user)));
        List<(long Euid, string IdentityName, byte[] ExternalId, EngageUser? User)> saved = await database.RunAsync(
            [find],
            static async (reader, token) =>
            {
                List<(long, string, byte[], EngageUser?)> found = [];
                while (await reader.ReadAsync(token).ConfigureAwait(false))
                {
                    EngageUser known = EventRow.UserOf(reader, 1, out bool isReadable);
                    found.Add((reader.GetInt64(0), reader.GetString(1), reader.GetFieldValue<byte[]>(2), isReadable ? known : null));
                }

                return found;
            },
            cancellationToken).ConfigureAwait(false);
        foreach ((long savedEuid, string identityName, byte[] externalId, EngageUser? known) in saved)
        {
            bool isUsed = (known is { } external && await HasEventsAsync(external, cancellationToken).ConfigureAwait(false))
                || (Euid.TryCreate(savedEuid, out Euid known2) && await HasEventsAsync(known2, cancellationToken).ConfigureAwait(false));
            if (!isUsed)
            {
                await database.RunAsync(
                    new Command($"DELETE FROM {sql.Q}.users WHERE identity_name = $1 AND external_id = $2", Command.Of(identityName), Command.Of(externalId)),
                    cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<bool> HasEventsAsync(EngageUser user, CancellationToken cancellationToken)
    {
        var condition = QuerySql.Of(user);
        return await CountOfAsync(
            new Command(
                $"SELECT (EXISTS (SELECT FROM {sql.Q}.events WHERE {condition.Condition}) OR EXISTS (SELECT FROM {sql.Q}.dead_letters WHERE {condition.Condition}))::int::bigint",
                condition.Parameters),
            cancellationToken).ConfigureAwait(false) > 0;
    }

    private ValueTask<long> CountOfAsync(Command command, CancellationToken cancellationToken) => database.RunAsync(
        [command],
        static async (reader, token) =>
        {
            await reader.ReadAsync(token).ConfigureAwait(false);
            return reader.GetInt64(0);
        },
        cancellationToken);

    private static string TableOf(OutboxQuery query) => query.State == StoredEventState.DeadLetter ? "dead_letters" : "events";

    private static StoredEvent ToStored(NpgsqlDataReader reader, StoredEventState state) => new()
    {
        Position = reader.GetInt64(0),
        State = state,
        AppendedAt = new DateTimeOffset(reader.GetDateTime(1), TimeSpan.Zero),
        EventName = reader.GetString(2),
        AppKey = reader.IsDBNull(3) ? null : reader.GetString(3),
        User = EventRow.UserOf(reader, 4, out _),
        Json = reader.GetFieldValue<byte[]>(6),
        Reason = reader.IsDBNull(7)
            ? null
            : new DeadLetterReason(DeadLetterKinds.Parse(reader.GetString(7)), reader.IsDBNull(8) ? null : reader.GetInt32(8), reader.IsDBNull(9) ? null : reader.GetString(9)),
    };
}
