namespace TypedEvents.Emulator;

/// <summary>Assigns each user one permanent EUID.</summary>
internal sealed class UserDirectory
{
    // As in the documentation's example: larger than an int, so that a client that uses an int fails.
    private const long FirstEuid = 10_000_091_198;

    private readonly Dictionary<UserIdentity, long> _euids = [];
    private readonly List<UserIdentity> _users = [];

    public Dictionary<UserIdentity, long> Snapshot()
    {
        lock (_euids)
        {
            return new(_euids);
        }
    }

    /// <summary>The number of users.</summary>
    public int Count
    {
        get
        {
            lock (_euids)
            {
                return _users.Count;
            }
        }
    }

    /// <summary>The user with an EUID, or <see langword="null"/> if the emulator hasn't assigned it.</summary>
    public UserIdentity? Find(long euid)
    {
        lock (_euids)
        {
            return euid >= FirstEuid && euid - FirstEuid < _users.Count ? _users[(int)(euid - FirstEuid)] : null;
        }
    }

    /// <summary>The users that were registered last, newest first.</summary>
    public List<(UserIdentity User, long Euid)> Newest(int count)
    {
        lock (_euids)
        {
            var newest = new List<(UserIdentity, long)>();
            for (int i = _users.Count - 1; i >= 0 && newest.Count < count; i--)
            {
                newest.Add((_users[i], FirstEuid + i));
            }

            return newest;
        }
    }

    public long GetOrAdd(UserIdentity user)
    {
        lock (_euids)
        {
            if (!_euids.TryGetValue(user, out long euid))
            {
                euid = FirstEuid + _euids.Count;
                _euids.Add(user, euid);
                _users.Add(user);
            }

            return euid;
        }
    }
}
