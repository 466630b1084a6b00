namespace TypedEvents.Outbox.Sqlite;

/// <summary>Translates an <see cref="OutboxQuery"/> to SQL.</summary>
internal static class QuerySql
{
    /// <summary>The condition for WHERE. It uses the parameters 1 to 6, and 7 and 8 for a user.</summary>
    public static string Condition(OutboxQuery query) =>
        (query.State == StoredEventState.DeadLetter ? StateSql.IsDeadLetter : StateSql.IsPending) + """
             AND position > ?1 AND position <= ?2 AND (?3 IS NULL OR name = ?3)
            AND (?4 IS NULL OR kind = ?4) AND (?5 IS NULL OR code = ?5) AND (?6 IS NULL OR appended_at < ?6)
            """ + (query.User is { } user ? " AND " + OfUser(user) : "");

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
            BindUser(statement, user);
        }
    }

    /// <summary>
    /// The condition for events that are stored under this id of a user. It uses the parameter 7, and 8 for an external id. An event that knows
    /// its user's EUID begins with its name and that: <c>{"event_name":"…","euid":…,</c>.
    /// </summary>
    public static string OfUser(EngageUser user) => user.TryGetEuid(out _)
        ? """
          own_id IS NULL
            AND substr(json, 1, 25 + length(name) + length(?7)) = CAST('{"event_name":"' || name || '","euid":' || ?7 || ',' AS BLOB)
          """
        : "identity_name = ?7 AND own_id = ?8";

    /// <summary>Binds the parameters of <see cref="OfUser"/>.</summary>
    public static void BindUser(Statement statement, EngageUser user)
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
