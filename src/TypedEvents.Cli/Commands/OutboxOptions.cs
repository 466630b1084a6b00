using System.CommandLine;
using System.Globalization;
using TypedEvents.Outbox.PostgreSql;

namespace TypedEvents.Cli;

/// <summary>The options with which the commands of <c>outbox</c> find the outbox, and choose among its events.</summary>
internal sealed class OutboxOptions
{
    private readonly Option<string?> _file = new("--file") { Description = "The SQLite file of the outbox.", HelpName = "path" };
    private readonly Option<string?> _connection = new("--connection-env")
    {
        Description = "The environment variable with the connection string of the outbox's PostgreSQL database.",
        HelpName = "variable",
    };

    private readonly Option<string?> _schema = new("--schema") { Description = $"The schema of the outbox in PostgreSQL. Default: {PostgreSqlOutbox.DefaultSchema}.", HelpName = "name" };
    private readonly Option<string?> _event = new("--event") { Description = "Only events of this name.", HelpName = "name" };
    private readonly Option<string?> _kind = new("--kind") { Description = $"Only dead letters of this kind: {string.Join(", ", KindNames.All.Keys)}.", HelpName = "kind" };
    private readonly Option<int?> _code = new("--code") { Description = "Only dead letters with this EngageLab code.", HelpName = "code" };
    private readonly Option<string?> _user = new("--user") { Description = "Only events of this user, by the external id and the EUID: user_id:42, anonymous_id:…, registration_id:… or euid:….", HelpName = "kind:id" };
    private readonly Option<DateTimeOffset?> _before = new("--before") { Description = "Only events that the outbox received before this time.", HelpName = "time" };
    private readonly Option<long?> _position = new("--position") { Description = "Only the event at this position.", HelpName = "n" };
    private readonly Option<string?>? _state;
    private readonly bool _hasQuery;
    private readonly string? _defaultState;

    public OutboxOptions()
    {
    }

    /// <param name="hasState">Whether the state can be chosen.</param>
    /// <param name="defaultState">The default state; <see langword="null"/>: dead letters, or everything where a user is given.</param>
    public OutboxOptions(bool hasState, string? defaultState)
    {
        _hasQuery = true;
        _defaultState = defaultState;
        _kind.AcceptOnlyFromAmong([.. KindNames.All.Keys]);
        if (hasState)
        {
            _state = new Option<string?>("--state")
            {
                Description = defaultState is null ? "Default: dead, and with --user all." : $"Default: {defaultState}.",
                HelpName = "dead|pending|all",
            };
            _state.AcceptOnlyFromAmong("dead", "pending", "all");
        }
    }

    public void AddTo(Command command)
    {
        command.Add(_file);
        command.Add(_connection);
        command.Add(_schema);
        command.Validators.Add(result =>
        {
            bool hasFile = result.GetResult(_file) is not null;
            if (hasFile == result.GetResult(_connection) is not null)
            {
                result.AddError("Name the outbox with --file or --connection-env, and not with both");
            }
            else if (hasFile && result.GetResult(_schema) is not null)
            {
                result.AddError("--schema belongs to --connection-env: a SQLite file has no schemas");
            }
        });
        if (!_hasQuery)
        {
            return;
        }

        foreach (Option option in new Option?[] { _state, _event, _kind, _code, _user, _before, _position }.OfType<Option>())
        {
            command.Add(option);
        }
    }

    /// <summary>Opens the outbox, which must exist.</summary>
    public async Task<OpenedOutbox> OpenAsync(ParseResult parsed, ToolContext context, CancellationToken cancellationToken) =>
        parsed.GetValue(_connection) is { } variable
            ? await OpenedOutbox.OpenDatabaseAsync(variable, parsed.GetValue(_schema) ?? PostgreSqlOutbox.DefaultSchema, context, cancellationToken)
            : await OpenedOutbox.OpenFileAsync(parsed.GetValue(_file)!, context, cancellationToken);

    /// <summary>The queries that together choose the events, each of them once.</summary>
    public async Task<IReadOnlyList<OutboxQuery>> QueriesAsync(ParseResult parsed, IEventOutbox outbox, CancellationToken cancellationToken)
    {
        var query = new OutboxQuery
        {
            State = StoredEventState.DeadLetter,
            EventName = parsed.GetValue(_event),
            Kind = parsed.GetValue(_kind) is { } kind ? KindNames.All[kind] : null,
            Code = parsed.GetValue(_code),
            AppendedBefore = parsed.GetValue(_before),
        };
        if (parsed.GetValue(_position) is { } position)
        {
            query = query with { After = position - 1, UpTo = position };
        }

        string state = (_state is null ? null : parsed.GetValue(_state)) ?? _defaultState ?? (parsed.GetValue(_user) is null ? "dead" : "all");
        if (state != "dead" && (query.Kind is not null || query.Code is not null))
        {
            if (_state is not null && parsed.GetValue(_state) is not null)
            {
                throw new ToolException("--kind and --code choose dead letters: leave out --state.");
            }

            state = "dead";
        }

        IEnumerable<OutboxQuery> queries = state switch
        {
            "pending" => [query with { State = StoredEventState.Pending }],
            "all" => [query, query with { State = StoredEventState.Pending }],
            _ => [query],
        };
        if (parsed.GetValue(_user) is not { } text)
        {
            return [.. queries];
        }

        EngageUser user = ParseUser(text);
        List<EngageUser> users = [user];
        if (user.IsExternalId)
        {
            users.AddRange((await outbox.FindUsersAsync([user], cancellationToken)).Select(known => EngageUser.FromEuid(known.Euid)));
        }

        return [.. from one in queries from id in users select one with { User = id }];
    }

    private static EngageUser ParseUser(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string kind = colon < 0 ? "" : text[..colon];
        string id = text[(colon + 1)..];
        if (kind == "euid" && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && Euid.TryCreate(number, out Euid euid))
        {
            return EngageUser.FromEuid(euid);
        }

        // The id itself isn't repeated: it may be an e-mail address, and messages end in logs.
        return EngageUser.TryFromIdentity(kind, id, out EngageUser user)
            ? user
            : throw new ToolException("--user must be user_id:…, anonymous_id:…, registration_id:… with 1 to 256 characters, or euid:… with a positive number.");
    }
}
