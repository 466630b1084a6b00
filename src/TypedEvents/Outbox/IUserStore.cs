namespace TypedEvents.Outbox;

/// <summary>
/// The EUIDs of users who were tracked by an external id, as an outbox remembers them, so that they aren't registered again after a restart.
/// An outbox that remembers none finds none and ignores what is saved.
/// </summary>
public interface IUserStore
{
    /// <summary>Looks up users that <see cref="SaveUsersAsync"/> saved.</summary>
    /// <param name="users">Users with an external id.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The known ones, in any order.</returns>
    ValueTask<IReadOnlyList<RegisteredUser>> FindUsersAsync(IReadOnlyList<EngageUser> users, CancellationToken cancellationToken);

    /// <summary>Saves users and their EUIDs, up to the limit of the outbox. The entry of a user that is known already is replaced.</summary>
    /// <param name="users">The users.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    ValueTask SaveUsersAsync(IReadOnlyList<RegisteredUser> users, CancellationToken cancellationToken);
}
