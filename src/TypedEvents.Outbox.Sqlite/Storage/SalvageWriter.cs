namespace TypedEvents.Outbox.Sqlite;

/// <summary>Writes the recovered rows of a damaged outbox to a new one, in one transaction.</summary>
internal static class SalvageWriter
{
    public static (long Pending, long DeadLetters) Write(Database database, SalvageReader found)
    {
        database.Execute("BEGIN IMMEDIATE");
        try
        {
            WriteNames(database, found);
            WriteUsers(database, found);
            WriteTargets(database, found);
            (long, long) counts = WriteEvents(database, found);
            database.Execute("COMMIT");
            return counts;
        }
        catch
        {
            database.Rollback();
            throw;
        }
    }

    private static void WriteNames(Database database, SalvageReader found)
    {
        using Statement insert = database.PrepareOnce("INSERT INTO held_names (name) VALUES (?1)");
        foreach (string name in found.HeldNames)
        {
            insert.Bind(1, name).Run();
        }
    }

    private static void WriteUsers(Database database, SalvageReader found)
    {
        using Statement insert = database.PrepareOnce("INSERT INTO users (identity_name, own_id, euid, registered_at, checksum) VALUES (?1, ?2, ?3, ?4, ?5)");
        foreach (SalvagedRow user in found.Users.Values)
        {
            Bind(insert, 1, [.. user.Values[..4], ChecksumOf(user, 4)]).Run();
        }
    }

    private static void WriteTargets(Database database, SalvageReader found)
    {
        using Statement insert = database.PrepareOnce("INSERT INTO targets (project, is_key) VALUES (?1, ?2)");
        foreach ((string project, bool isKey) in found.Targets)
        {
            insert.Bind(1, project).Bind(2, isKey ? 1 : 0).Run();
        }
    }

    /// <summary>
    /// The checksum is copied, so changed bytes are detected when the new file is read, and never sent. Rows of version 1 have no checksum.
    /// </summary>
    private static object? ChecksumOf(SalvagedRow row, int column) => row.Values.Length > column ? row.Values[column] as long? : null;

    private static (long Pending, long DeadLetters) WriteEvents(Database database, SalvageReader found)
    {
        using Statement insert = database.PrepareOnce("""
            INSERT INTO events (position, partition, state, name, app_key, identity_name, own_id, appended_at, kind, code, message, json, checksum)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            """);
        var statistics = default(OutboxCounters);
        foreach ((long position, SalvagedRow row) in found.Events)
        {
            // An event is held if and only if its name is on hold; states and names may be recovered independently.
            object?[] values = [position, .. row.Values[1..12], ChecksumOf(row, 12)];
            var state = (EventState)(long)values[2]!;
            if (state != EventState.DeadLetter)
            {
                state = found.HeldNames.Contains((string)values[3]!) ? EventState.Held : EventState.Waiting;
                values[2] = (long)state;
                values[8] = values[9] = values[10] = null;
            }

            Bind(insert, 1, values).Run();
            string? externalId = (string?)values[6];
            long bytes = EventFacts.BytesOf(((byte[])values[11]!).Length, (string)values[3]!, (string?)values[4], externalId);
            var facts = new EventFacts(position, bytes, state, externalId is not null, EventFacts.LengthOf((string?)values[10]));
            if (state == EventState.DeadLetter)
            {
                statistics.AddDeadLetter(facts);
            }
            else
            {
                statistics.AddPending(facts);
            }

            statistics.Appended++;
            statistics.LastPosition = position;
        }

        if (found.Outbox is { } outbox)
        {
            statistics.LastPosition = Math.Max(statistics.LastPosition, (long)outbox.Values[2]!);
            using Statement bind = database.PrepareOnce("UPDATE outbox SET base_address = ?1");
            bind.Bind(1, (string?)outbox.Values[1]).Run();
        }

        if (!found.IsTargetKnown)
        {
            database.Execute($"UPDATE outbox SET rebinding = {Rebinding.Lost.ToSql()}");
        }

        using Statement update = database.PrepareOnce(OutboxCounters.Update);
        statistics.WriteTo(update);
        return (statistics.Pending, statistics.DeadLetters);
    }

    private static Statement Bind(Statement statement, int first, object?[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            _ = values[i] switch
            {
                long number => statement.Bind(first + i, number),
                byte[] bytes => statement.Bind(first + i, bytes.AsSpan()),
                var text => statement.Bind(first + i, (string?)text),
            };
        }

        return statement;
    }
}
