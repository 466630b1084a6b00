namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// Lists and counts, by a connection that lives for one question: it may go through much, and the delivery's connection must not
/// wait for it.
/// </summary>
internal static class StoreInspector
{
    public static List<StoredEvent> List(Database database, OutboxQuery query, int maxEvents, CancellationToken cancellationToken)
    {
        using Statement select = database.PrepareOnce($"""
            SELECT position, name, app_key, identity_name, own_id, json, appended_at, kind, code, message FROM events
            WHERE {QuerySql.Condition(query)} ORDER BY position LIMIT {maxEvents}
            """);
        QuerySql.Bind(select, query);
        List<StoredEvent> events = [];
        while (select.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            events.Add(ToStored(select, query.State));
        }

        return events;
    }

    public static long Count(Database database, OutboxQuery query)
    {
        using Statement select = database.PrepareOnce($"SELECT count(*) FROM events WHERE {QuerySql.Condition(query)}");
        QuerySql.Bind(select, query);
        select.Step();
        return select.Int64(0);
    }

    private static StoredEvent ToStored(Statement row, StoredEventState state) => new(
        row.Int64(0),
        state,
        row.Text(1)!,
        row.Text(2),
        row.IsNull(3) ? default : EngageUser.FromIdentity(row.Text(3)!, row.Text(4)!),
        row.Bytes(5).ToArray(),
        DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(6)),
        row.IsNull(7)
            ? null
            : new DeadLetterReason(DeadLetterKinds.Parse(row.Text(7)!), row.IsNull(8) ? null : (int)row.Int64(8), row.Text(9)));
}
