namespace TypedEvents.Outbox.Sqlite;

/// <content>The EUIDs of users who are known by an external id.</content>
internal sealed partial class SqliteStore
{
    public ValueTask<IReadOnlyList<RegisteredUser>> FindUsersAsync(IReadOnlyList<EngageUser> users, CancellationToken cancellationToken)
    {
        return ReadAsync<IReadOnlyList<RegisteredUser>>(reader => [.. users.Select(reader.FindUser).OfType<RegisteredUser>()], cancellationToken);
    }

    public async ValueTask SaveUsersAsync(IReadOnlyList<RegisteredUser> users, CancellationToken cancellationToken)
    {
        await ChangeAsync(
            writer =>
            {
                writer.Users.Save(users);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }
}
