namespace TypedEvents.Outbox.Sqlite;

/// <summary>Brings in order what can be made anew from the rows of the events: where they belong, and how many there are.</summary>
internal static class StoreRepair
{
    // No position is that high: one bit of it has changed.
    private const long HighestPosition = 1L << 62;

    private const string IsImpossible = "state NOT IN (0, 1, 2) OR partition NOT BETWEEN 0 AND 15";

    /// <summary>For a process that has the file alone: within a transaction of its own, and only if something is to be done.</summary>
    /// <returns>Whether something was wrong.</returns>
    public static bool Run(Database database)
    {
        database.Execute("BEGIN IMMEDIATE");
        try
        {
            using Statement read = database.PrepareOnce($"SELECT {OutboxCounters.Columns} FROM outbox");
            var before = OutboxCounters.From(read);
            long changes = database.QueryInt64("SELECT total_changes()");
            OutboxCounters after = Recount(database, before);
            bool isWrong = after != before || database.QueryInt64("SELECT total_changes()") != changes;
            if (after != before)
            {
                using Statement write = database.PrepareOnce(OutboxCounters.Update);
                after.WriteTo(write);
            }

            database.Execute("COMMIT");
            return isWrong;
        }
        catch
        {
            database.Rollback();
            throw;
        }
    }

    /// <summary>Has the file say that the next tracker may bind it anew, if it is bound and doesn't say so already.</summary>
    public static void AllowRebinding(Database database, Rebinding rebinding)
    {
        string condition = rebinding == Rebinding.IfEmpty ? " AND pending = 0 AND dead_letters = 0" : "";
        string update = $"rebinding < {(int)rebinding} AND base_address IS NOT NULL{condition}";
        if (database.QueryInt64($"SELECT count(*) FROM outbox WHERE {update}") > 0)
        {
            database.Execute($"UPDATE outbox SET rebinding = {(int)rebinding} WHERE {update}");
        }
    }

    /// <summary>
    /// Counts what there is, in a transaction. Rows that belong nowhere become dead letters first: nobody would ever read them.
    /// </summary>
    public static OutboxCounters Recount(Database database, OutboxCounters statistics)
    {
        MoveImpossible(database);
        using Statement count = database.PrepareOnce("""
            SELECT
              count(*) FILTER (WHERE state <> 2),
              count(own_id) FILTER (WHERE state <> 2),
              count(*) FILTER (WHERE state = 2),
              coalesce(sum(length(json)) FILTER (WHERE state = 0), 0),
              coalesce(sum(length(json)) FILTER (WHERE state <> 0), 0),
              coalesce(max(position), 0)
            FROM events NOT INDEXED
            """);
        count.Step();
        statistics.Pending = count.Int64(0);
        statistics.PendingRegistration = count.Int64(1);
        statistics.DeadLetters = count.Int64(2);
        statistics.PendingBytes = count.Int64(3);
        statistics.AsideBytes = count.Int64(4);

        // What was is told by the counters alone. One of them is wrong where they contradict the rows, and nobody knows which.
        statistics.Delivered = Math.Max(0, statistics.Delivered);
        statistics.Evicted = Math.Max(0, statistics.Evicted);
        statistics.Purged = Math.Max(0, statistics.Purged);
        statistics.Appended = statistics.Delivered + statistics.Pending + statistics.DeadLetters + statistics.Evicted + statistics.Purged;
        statistics.LastPosition = Math.Max(count.Int64(5), statistics.LastPosition > HighestPosition ? 0 : statistics.LastPosition);
        return statistics;
    }

    private static void MoveImpossible(Database database)
    {
        if (database.QueryInt64($"SELECT count(*) FROM events NOT INDEXED WHERE {IsImpossible}") > 0)
        {
            database.Execute($"""
                UPDATE events SET state = 2, kind = '{DeadLetterKinds.Unreadable}', code = NULL,
                  message = 'Its state or its partition changed in the file: it is none that there is.'
                WHERE {IsImpossible}
                """);
        }

        // Held is what a held name has, and nothing else: otherwise nobody would read it, or nobody would set it free.
        const string IsHeld = "name IN (SELECT held_names.name FROM held_names)";
        if (database.QueryInt64($"SELECT count(*) FROM events WHERE state = 1 AND NOT {IsHeld}") > 0)
        {
            database.Execute($"UPDATE events SET state = 0 WHERE state = 1 AND NOT {IsHeld}");
        }

        if (database.QueryInt64("SELECT count(*) FROM held_names") > 0)
        {
            database.Execute($"UPDATE events SET state = 1 WHERE state = 0 AND {IsHeld}");
        }
    }
}
