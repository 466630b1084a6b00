namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// Lists and counts events. Each query uses a separate connection: it may read much, and must not block the connection that delivery uses.
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

    /// <summary>Goes through the indexes of the pending events.</summary>
    public static long[] CountPendingByPartition(Database database)
    {
        long[] counts = new long[Partition.Count];
        using Statement select = database.PrepareOnce($"""
            SELECT partition, count(*) FROM events WHERE {StateSql.IsWaiting} GROUP BY partition
            UNION ALL
            SELECT partition, count(*) FROM events WHERE {StateSql.IsHeld} GROUP BY partition
            """);
        while (select.Step())
        {
            if (select.Int64(0) is >= 0 and < Partition.Count and var partition)
            {
                counts[partition] += select.Int64(1);
            }
        }

        return counts;
    }

    /// <summary>Returns what can be read of a row, whatever it contains, so that one bad row doesn't hide the others.</summary>
    private static StoredEvent ToStored(Statement row, StoredEventState state)
    {
        _ = EngageUser.TryFromIdentity(row.Text(3), row.Text(4), out EngageUser user);
        return new StoredEvent
        {
            Position = row.Int64(0),
            State = state,
            EventName = row.Text(1) ?? "",
            AppKey = row.Text(2),
            User = user,
            Json = row.Bytes(5).ToArray(),
            AppendedAt = StoreClock.ToTime(row.Int64(6)),
            Reason = state == StoredEventState.Pending
                ? null
                : new DeadLetterReason(DeadLetterKinds.Parse(row.Text(7) ?? ""), row.IsNull(8) ? null : unchecked((int)row.Int64(8)), row.Text(9)),
        };
    }
}
