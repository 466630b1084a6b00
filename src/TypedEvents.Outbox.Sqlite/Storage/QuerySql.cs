namespace TypedEvents.Outbox.Sqlite;

/// <summary>Translates an <see cref="OutboxQuery"/> to SQL.</summary>
internal static class QuerySql
{
    /// <summary>The condition for WHERE. It uses the parameters 1 to 6.</summary>
    public static string Condition(OutboxQuery query) =>
        StateOf(query) + """
             AND position > ?1 AND position <= ?2 AND (?3 IS NULL OR name = ?3)
            AND (?4 IS NULL OR kind = ?4) AND (?5 IS NULL OR code = ?5) AND (?6 IS NULL OR appended_at < ?6)
            """;

    public static void Bind(Statement statement, OutboxQuery query) =>
        statement
            .Bind(1, query.After)
            .Bind(2, query.UpTo)
            .Bind(3, query.EventName)
            .Bind(4, query.Kind is { } kind ? DeadLetterKinds.NameOf(kind) : null)
            .Bind(5, (long?)query.Code)
            .Bind(6, query.AppendedBefore is { } before ? StoreClock.Ceiling(before) : (long?)null);

    /// <summary>The first part of the condition for dead letters lets SQLite use the index "aside".</summary>
    private static string StateOf(OutboxQuery query) =>
        query.State == StoredEventState.DeadLetter ? "state <> 0 AND state = 2" : "state <> 2";
}
