namespace TypedEvents.Outbox.Sqlite;

/// <summary>Repairs what can be derived from the event rows: their states and the counters.</summary>
internal static class StoreRepair
{
    // Positions never get this high; a higher one means that a bit has changed.
    private const long HighestPosition = 1L << 62;

    private const string IsImpossible = StateSql.IsImpossible + " OR partition NOT BETWEEN 0 AND 15";

    /// <summary>
    /// Repairs the file in its own transaction, and writes only what differs. The caller has exclusive use of the file.
    /// </summary>
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

    /// <summary>Allows the next tracker to bind the file to another target, if the file is bound and doesn't allow it already.</summary>
    public static void AllowRebinding(Database database, Rebinding rebinding)
    {
        string condition = rebinding == Rebinding.IfEmpty ? " AND pending = 0 AND dead_letters = 0" : "";
        string update = $"rebinding < {rebinding.ToSql()} AND (base_address IS NOT NULL OR rebinding = {Rebinding.Lost.ToSql()}){condition}";
        if (database.QueryInt64($"SELECT count(*) FROM outbox WHERE {update}") > 0)
        {
            database.Execute($"UPDATE outbox SET rebinding = {rebinding.ToSql()} WHERE {update}");
        }
    }

    /// <summary>Clears the file's mark that it must be checked completely, if it is set.</summary>
    public static void ForgetDoubts(Database database)
    {
        if (database.QueryInt64("SELECT is_doubtful FROM outbox") != 0)
        {
            database.Execute("UPDATE outbox SET is_doubtful = 0");
        }
    }

    /// <summary>
    /// Recounts the events, in a transaction. Rows with an impossible state or partition are dead-lettered first, because they would never be read.
    /// </summary>
    public static OutboxCounters Recount(Database database, OutboxCounters statistics)
    {
        MoveHeld(database);

        // All in one pass over the table, which is most of what it takes to open a file that was closed in order.
        using Statement count = database.PrepareOnce($"""
            SELECT
              count(*) FILTER (WHERE {StateSql.IsPending}),
              count(own_id) FILTER (WHERE {StateSql.IsPending}),
              count(*) FILTER (WHERE {StateSql.IsDeadLetter}),
              coalesce(sum({EventFacts.BytesColumn}) FILTER (WHERE {StateSql.IsWaiting}), 0),
              coalesce(sum({EventFacts.BytesColumn} + {EventFacts.MessageBytesColumn}) FILTER (WHERE {StateSql.IsAside}), 0),
              coalesce(max(position), 0),
              count(*) FILTER (WHERE {IsImpossible})
            FROM events NOT INDEXED
            """);
        count.Step();
        if (count.Int64(6) > 0)
        {
            count.Reset();
            MoveImpossible(database);
            count.Step();
        }

        statistics.Pending = count.Int64(0);
        statistics.PendingRegistration = count.Int64(1);
        statistics.DeadLetters = count.Int64(2);
        statistics.PendingBytes = count.Int64(3);
        statistics.AsideBytes = count.Int64(4);

        // Only the counters know about removed events. If they contradict the rows, one of them is wrong, but it can't be known which.
        statistics.Delivered = Math.Max(0, statistics.Delivered);
        statistics.Evicted = Math.Max(0, statistics.Evicted);
        statistics.Purged = Math.Max(0, statistics.Purged);
        statistics.Appended = statistics.Delivered + statistics.Pending + statistics.DeadLetters + statistics.Evicted + statistics.Purged;

        // Each event got a position of its own, so there have been at least as many positions as events.
        statistics.LastPosition = Math.Max(
            Math.Max(count.Int64(5), statistics.Appended),
            statistics.LastPosition > HighestPosition ? 0 : statistics.LastPosition);
        return statistics;
    }

    private static void MoveImpossible(Database database) => database.Execute($"""
        UPDATE events SET state = {StateSql.DeadLetter}, kind = '{DeadLetterKinds.Unreadable}', code = NULL,
          message = 'Its state or its partition changed in the file, and is not a valid one.'
        WHERE {IsImpossible}
        """);

    /// <summary>An event is held if and only if its name is on hold; otherwise it would never be read, or never be released.</summary>
    private static void MoveHeld(Database database)
    {
        const string HasHeldName = "name IN (SELECT held_names.name FROM held_names)";
        if (database.QueryInt64($"SELECT count(*) FROM events WHERE {StateSql.IsHeld} AND NOT {HasHeldName}") > 0)
        {
            database.Execute($"UPDATE events SET state = {StateSql.Waiting} WHERE {StateSql.IsHeld} AND NOT {HasHeldName}");
        }

        if (database.QueryInt64("SELECT count(*) FROM held_names") > 0)
        {
            database.Execute($"UPDATE events SET state = {StateSql.Held} WHERE {StateSql.IsWaiting} AND {HasHeldName}");
        }
    }
}
