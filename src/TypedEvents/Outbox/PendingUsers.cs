namespace TypedEvents;

/// <summary>The users whose EUID pending events have no place filled for, and who of them is known by now.</summary>
internal sealed class PendingUsers
{
    private readonly Dictionary<long, EngageUser> _byPosition = [];
    private readonly Dictionary<EngageUser, PendingUser> _users = [];

    /// <summary>How many events there are.</summary>
    public int EventCount => _byPosition.Count;

    public EngageUser UserOf(long position) => _byPosition.GetValueOrDefault(position);

    public void Add(long position, EngageUser user)
    {
        _byPosition.Add(position, user);
        if (!_users.TryGetValue(user, out PendingUser? pending))
        {
            _users.Add(user, pending = new PendingUser());
        }

        pending.EventCount++;
    }

    public void Remove(long position)
    {
        if (_byPosition.Remove(position, out EngageUser user) && --_users[user].EventCount == 0)
        {
            _users.Remove(user);
        }
    }

    public void Clear()
    {
        _byPosition.Clear();
        _users.Clear();
    }

    /// <summary>Keeps users for as long as events of theirs are here.</summary>
    public void Keep(IReadOnlyList<RegisteredUser> registered)
    {
        foreach (RegisteredUser user in registered)
        {
            if (_users.TryGetValue(user.User, out PendingUser? pending))
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
            if (_users.TryGetValue(user, out PendingUser? pending) && pending.Registered is { } registered)
            {
                found.Add(registered);
            }
        }

        return found;
    }

    private sealed class PendingUser
    {
        public int EventCount { get; set; }

        public RegisteredUser? Registered { get; set; }
    }
}
