using System.Text;

namespace TypedEvents.Outbox.PostgreSql;

/// <summary>The table <c>users</c>: the EUIDs of users who are known by an external id.</summary>
internal sealed class UserTable(Database database, EventSql sql, int maxUsers)
{
    /// <summary>Counting the users takes time: it is done after one part in this many of the limit was saved.</summary>
    private const int Checks = 100;

    private long _savedSinceCheck = maxUsers;

    public ValueTask<IReadOnlyList<RegisteredUser>> FindAsync(IReadOnlyList<EngageUser> users, CancellationToken cancellationToken)
    {
        (string?[] identityNames, byte[]?[] externalIds) = Split(users);
        return database.RunAsync<IReadOnlyList<RegisteredUser>>(
            [
                EventSql.Plan,
                new Command(
                    $"""
                    SELECT s.identity_name, s.external_id, s.euid, s.registered_at
                    FROM unnest($1::text[], $2::bytea[]) AS a(identity_name, external_id)
                    JOIN {sql.Q}.users s ON s.identity_name = a.identity_name AND s.external_id = a.external_id
                    """,
                    Command.Of(identityNames),
                    Command.Of(externalIds)),
            ],
            static async (reader, token) =>
            {
                await reader.NextResultAsync(token).ConfigureAwait(false);
                List<RegisteredUser> found = [];
                while (await reader.ReadAsync(token).ConfigureAwait(false))
                {
                    EngageUser user = EventRow.UserOf(reader, 0, out bool isReadable);
                    if (isReadable && Euid.TryCreate(reader.GetInt64(2), out Euid euid))
                    {
                        found.Add(new RegisteredUser(user, euid, new DateTimeOffset(reader.GetDateTime(3), TimeSpan.Zero)));
                    }
                }

                return found;
            },
            cancellationToken);
    }

    /// <summary>
    /// Saves users. Over the limit, those registered first are removed. A tracker uses the EUIDs from then on: if a crash took them away, events
    /// that have an EUID could be sent before earlier ones of the same user that don't.
    /// </summary>
    public async ValueTask SaveAsync(IReadOnlyList<RegisteredUser> users, CancellationToken cancellationToken)
    {
        // A statement can't update a row twice, and rows are locked in one order by all processes.
        RegisteredUser[] distinct =
        [
            .. users.GroupBy(user => user.User).Select(same => same.Last())
                .OrderBy(user => user.User.IdentityName, StringComparer.Ordinal).ThenBy(user => user.User.ExternalId, StringComparer.Ordinal),
        ];
        if (distinct.Length == 0 || maxUsers == 0)
        {
            return;
        }

        (string?[] identityNames, byte[]?[] externalIds) = Split([.. distinct.Select(user => user.User)]);
        await database.RunAsync(
            database.Durably(new Command(
                $"""
                INSERT INTO {sql.Q}.users (identity_name, external_id, euid, registered_at)
                SELECT * FROM unnest($1::text[], $2::bytea[], $3::bigint[], $4::timestamptz[])
                ON CONFLICT (identity_name, external_id) DO UPDATE SET euid = excluded.euid, registered_at = excluded.registered_at
                """,
                Command.Of(identityNames),
                Command.Of(externalIds),
                Command.Of([.. distinct.Select(user => user.Euid.Value)]),
                Command.Of([.. distinct.Select(user => user.RegisteredAt.UtcDateTime)]))),
            cancellationToken).ConfigureAwait(false);
        if (Interlocked.Add(ref _savedSinceCheck, distinct.Length) >= Math.Max(1, maxUsers / Checks))
        {
            await RemoveExcessAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask RemoveExcessAsync(CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref _savedSinceCheck, 0);
        await database.RunAsync(
            new Command(
                $"""
                WITH picked AS MATERIALIZED (
                  SELECT identity_name, external_id FROM {sql.Q}.users
                  ORDER BY registered_at LIMIT (SELECT greatest(0, count(*) - $1) FROM {sql.Q}.users) FOR UPDATE SKIP LOCKED)
                DELETE FROM {sql.Q}.users u USING picked p WHERE u.identity_name = p.identity_name AND u.external_id = p.external_id
                """,
                Command.Of((long)maxUsers)),
            cancellationToken).ConfigureAwait(false);
    }

    private static (string?[] IdentityNames, byte[]?[] ExternalIds) Split(IReadOnlyList<EngageUser> users) =>
        ([.. users.Select(user => user.IdentityName)], [.. users.Select(user => user.ExternalId is { } id ? Encoding.UTF8.GetBytes(id) : null)]);
}
