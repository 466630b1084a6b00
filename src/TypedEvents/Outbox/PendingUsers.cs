namespace TypedEvents;

/// <summary>
/// Of how many pending events the EUID isn't filled in, for each user, and who of them is known by now. The users themselves stand with
/// their events: here is a hash of each, so that one with a long id takes no more than another.
/// </summary>
internal sealed class PendingUsers
{
    /// <summary>
    /// What a user takes at most, which is counted for each event: an object of 64 bytes, and an entry of 28 bytes in a dictionary that may be
    /// two thirds empty.
    /// </summary>
    public const int BytesPerEvent = 64 + (3 * 28);

    /// <summary>With more entries a dictionary is worth giving its memory back.</summary>
    private const int FewUsers = 1000;

    /// <summary>By hash. A class for the users: dictionaries with numbers and structs would be code of their own.</summary>
    private readonly Dictionary<long, PendingUser> _users = [];

    private int _mostUsers;

    /// <summary>How many events there are.</summary>
    public int EventCount { get; private set; }

    public void Add(EngageUser user)
    {
        EventCount++;
        long hash = HashOf(user);
        if (!_users.TryGetValue(hash, out PendingUser? pending))
        {
            _users.Add(hash, pending = new PendingUser());
            _mostUsers = Math.Max(_mostUsers, _users.Count);
        }

        pending.EventCount++;
    }

    public void Remove(EngageUser user)
    {
        EventCount--;
        long hash = HashOf(user);
        if (--_users[hash].EventCount == 0)
        {
            _users.Remove(hash);
            if (EventCount == 0)
            {
                Clear();
            }
        }
    }

    public void Clear()
    {
        EventCount = 0;
        _users.Clear();
        if (_mostUsers > FewUsers)
        {
            _mostUsers = 0;
            _users.TrimExcess();
        }
    }

    /// <summary>Keeps users for as long as events of theirs are here.</summary>
    public void Keep(IReadOnlyList<RegisteredUser> registered)
    {
        foreach (RegisteredUser user in registered)
        {
            if (_users.TryGetValue(HashOf(user.User), out PendingUser? pending))
            {
                pending.Registered = user;
            }
        }
    }

    public List<RegisteredUser> Find(IReadOnlyList<EngageUser> users)
    {
        List<RegisteredUser> found = [];
        foreach (EngageUser user in users)
        {
            if (_users.TryGetValue(HashOf(user), out PendingUser? pending) && pending.Registered.User == user)
            {
                found.Add(pending.Registered);
            }
        }

        return found;
    }

    private static long HashOf(EngageUser user) => unchecked((long)Partition.Hash(user));

    private sealed class PendingUser
    {
        public int EventCount { get; set; }

        /// <summary>What is known of the user; <c>default</c>: nothing.</summary>
        public RegisteredUser Registered { get; set; }
    }
}
