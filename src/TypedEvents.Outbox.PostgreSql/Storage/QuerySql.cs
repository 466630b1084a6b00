using System.Globalization;
using Npgsql;

namespace TypedEvents.Outbox.PostgreSql;

/// <summary>Translates an <see cref="OutboxQuery"/> to a condition with positional parameters.</summary>
internal sealed class QuerySql
{
    private readonly List<NpgsqlParameter> _parameters = [];
    private readonly List<string> _conditions = [];

    private QuerySql()
    {
    }

    public string Condition => string.Join(" AND ", _conditions);

    /// <summary>The parameters in their order; more can be added behind them.</summary>
    public NpgsqlParameter[] Parameters => [.. _parameters];

    public static QuerySql Of(OutboxQuery query)
    {
        var sql = new QuerySql();
        sql._conditions.Add($"position > {sql.Add(Command.Of(query.After))} AND position <= {sql.Add(Command.Of(query.UpTo))}");
        if (query.EventName is { } name)
        {
            sql._conditions.Add($"name = {sql.Add(Command.Of(name))}");
        }

        if (query.State == StoredEventState.Pending && (query.Kind is not null || query.Code is not null))
        {
            // Only dead letters have a reason.
            sql._conditions.Add("false");
        }
        else
        {
            if (query.Kind is { } kind)
            {
                sql._conditions.Add($"kind = {sql.Add(Command.Of(DeadLetterKinds.NameOf(kind)))}");
            }

            if (query.Code is { } code)
            {
                sql._conditions.Add($"code = {sql.Add(Command.Of(code))}");
            }
        }

        if (query.AppendedBefore is { } before)
        {
            sql._conditions.Add($"appended_at < {sql.Add(Command.Of(before))}");
        }

        if (query.User is { } user)
        {
            sql._conditions.Add(sql.OfUser(user));
        }

        return sql;
    }

    public static QuerySql Of(EngageUser user)
    {
        var sql = new QuerySql();
        sql._conditions.Add(sql.OfUser(user));
        return sql;
    }

    /// <summary>
    /// The condition for events that are stored under this id of a user. An event that knows its user's EUID begins with its name and that:
    /// <c>{"event_name":"…","euid":…,</c>.
    /// </summary>
    private string OfUser(EngageUser user)
    {
        if (user.TryGetEuid(out Euid euid))
        {
            string prefix = $$"""convert_to('{"event_name":"' || name || '","euid":' || {{Add(Command.Of(euid.Value.ToString(CultureInfo.InvariantCulture)))}} || ',', 'UTF8')""";
            return $"external_id IS NULL AND substring(json FROM 1 FOR octet_length({prefix})) = {prefix}";
        }

        return $"identity_name = {Add(Command.Of(user.IdentityName))} AND external_id = {Add(Command.Of(EventAppender.BytesOf(user)))}";
    }

    public string Add(NpgsqlParameter parameter)
    {
        _parameters.Add(parameter);
        return $"${_parameters.Count}";
    }
}
