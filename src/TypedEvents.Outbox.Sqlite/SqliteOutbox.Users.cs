namespace TypedEvents.Outbox.Sqlite;

/// <content>The EUIDs of users who are known by an external id.</content>
public sealed partial class SqliteOutbox
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RegisteredUser>> FindUsersAsync(IReadOnlyList<EngageUser> users, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(users);
        return ReadAsync<IReadOnlyList<RegisteredUser>>(reader => [.. users.Select(reader.FindUser).OfType<RegisteredUser>()], cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask SaveUsersAsync(IReadOnlyList<RegisteredUser> users, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(users);
        await ChangeAsync(
            writer =>
            {
                writer.SaveUsers(users);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }
}
