namespace TypedEvents.Outbox.Sqlite;

/// <summary>Translates an <see cref="OutboxQuery"/> to SQL.</summary>
internal static class QuerySql
{
    /// <summary>The condition for WHERE. It uses the parameters 1 to 6, and 7 and 8 for a user.</summary>
    public static string Condition(OutboxQuery query) =>
        (query.State == StoredEventState.DeadLetter ? StateSql.IsDeadLetter : StateSql.IsPending) + """
             AND position > ?1 AND position <= ?2 AND (?3 IS NULL OR name = ?3)
            AND (?4 IS NULL OR kind = ?4) AND (?5 IS NULL OR code = ?5) AND (?6 IS NULL OR appended_at < ?6)
            """ + OfUser(query);

    public static void Bind(Statement statement, OutboxQuery query)
    {
        statement
            .Bind(1, query.After)
            .Bind(2, query.UpTo)
            .Bind(3, query.EventName)
            .Bind(4, query.Kind is { } kind ? DeadLetterKinds.NameOf(kind) : null)
            .Bind(5, (long?)query.Code)
            .Bind(6, query.AppendedBefore is { } before ? StoreClock.Ceiling(before) : (long?)null);
        if (query.User is { } user)
        {
            if (user.TryGetEuid(out Euid euid))
            {
                statement.Bind(7, euid.Value);
            }
            else
            {
                statement.Bind(7, user.IdentityName).Bind(8, user.ExternalId);
            }
        }
    }

    /// <summary>An event that knows its user's EUID begins with its name and that: <c>{"event_name":"…","euid":…,</c>.</summary>
    private static string OfUser(OutboxQuery query) => query.User is not { } user
        ? ""
        : user.TryGetEuid(out _)
            ? """
               AND own_id IS NULL
              AND substr(json, 1, 25 + length(name) + length(?7)) = CAST('{"event_name":"' || name || '","euid":' || ?7 || ',' AS BLOB)
              """
            : " AND identity_name = ?7 AND own_id = ?8";
}
