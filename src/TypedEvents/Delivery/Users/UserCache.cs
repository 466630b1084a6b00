using System.Collections.Concurrent;

namespace TypedEvents;

/// <summary>
/// The EUIDs of users' external ids that are known, up to a number, or fewer where the ids are long; beyond it those go first that weren't
/// looked up for the longest time. Any thread looks up; the delivery alone adds and removes.
/// </summary>
internal sealed class UserCache(int maxUsers)
{
    /// <summary>A user with an id of 28 characters takes no more than this.</summary>
    private const long UsualBytesPerUser = 256;

    /// <summary>What a user takes beside the characters of its id.</summary>
    private const int BytesPerUser = 200;

    private readonly ConcurrentDictionary<EngageUser, CachedUser> _users = new();
    private readonly Queue<EngageUser> _order = [];
    private long _bytes;

    public int Capacity => maxUsers;

    public int Count => _order.Count;

    /// <summary>
    /// Looks a user up of whom something is tracked. One that the outbox doesn't know yet is nobody here: killed now, the process would
    /// leave events without an EUID behind, before others of their user that have it, and the next one would send these first.
    /// </summary>
    public bool TryUse(EngageUser user, out Euid euid)
    {
        if (_users.TryGetValue(user, out CachedUser? cached) && cached.IsPersisted)
        {
            cached.NoteUse();
            euid = cached.Euid;
            return true;
        }

        euid = default;
        return false;
    }

    /// <summary>Looks a user up of whom something was tracked before.</summary>
    public bool TryGet(EngageUser user, out Euid euid)
    {
        bool isKnown = _users.TryGetValue(user, out CachedUser? cached);
        euid = cached?.Euid ?? default;
        return isKnown;
    }

    /// <summary>Notes that the outbox knows users.</summary>
    public void NotePersisted(IEnumerable<RegisteredUser> kept)
    {
        foreach (RegisteredUser user in kept)
        {
            if (_users.TryGetValue(user.User, out CachedUser? cached))
            {
                cached.NotePersisted();
            }
        }
    }

    public void Add(RegisteredUser registered)
    {
        bool isNew = !_users.ContainsKey(registered.User);
        _users[registered.User] = new CachedUser(registered.Euid, registered.RegisteredAt);
        if (!isNew)
        {
            return;
        }

        _order.Enqueue(registered.User);
        _bytes += SizeOf(registered.User);
        while (_order.Count > maxUsers || (_bytes > maxUsers * UsualBytesPerUser && _order.Count > 1))
        {
            EngageUser oldest = _order.Dequeue();
            if (_users[oldest].IsUsed || oldest == registered.User)
            {
                _users[oldest].ForgetUse();
                _order.Enqueue(oldest);
            }
            else
            {
                Remove(oldest);
            }
        }
    }

    /// <summary>
    /// Gives the users whose EUID has been known for longer than a limit and who were tracked for since, and forgets the others of that
    /// age.
    /// </summary>
    public List<EngageUser> Expire(DateTimeOffset registeredBefore)
    {
        List<EngageUser> stale = [];
        for (int i = _order.Count; i > 0; i--)
        {
            EngageUser user = _order.Dequeue();
            CachedUser cached = _users[user];
            if (cached.RegisteredAt < registeredBefore && !cached.IsUsed)
            {
                Remove(user);
                continue;
            }

            _order.Enqueue(user);
            if (cached.RegisteredAt < registeredBefore)
            {
                stale.Add(user);
            }
        }

        return stale;
    }

    private void Remove(EngageUser user)
    {
        _users.TryRemove(user, out _);
        _bytes -= SizeOf(user);
    }

    private static long SizeOf(EngageUser user) => BytesPerUser + ((user.ExternalId?.Length ?? 0) * sizeof(char));
}
