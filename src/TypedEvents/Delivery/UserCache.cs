using System.Collections.Concurrent;

namespace TypedEvents;

/// <summary>
/// The EUIDs of users' own ids that are known, up to a number; beyond it those go first that weren't looked up for the longest time.
/// Any thread looks up; the delivery alone adds and removes.
/// </summary>
internal sealed class UserCache(int maxUsers)
{
    private readonly ConcurrentDictionary<EngageUser, CachedUser> _users = new();
    private readonly Queue<EngageUser> _order = [];

    public int Capacity => maxUsers;

    public int Count => _order.Count;

    /// <summary>
    /// Looks a user up of whom something is tracked. One that the outbox doesn't know yet is nobody here: killed now, the process would
    /// leave events without an EUID behind, before others of their user that have it, and the next one would send these first.
    /// </summary>
    public bool TryUse(EngageUser user, out Euid euid)
    {
        if (_users.TryGetValue(user, out CachedUser? cached) && cached.IsKept)
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
    public void NoteKept(IEnumerable<RegisteredUser> kept)
    {
        foreach (RegisteredUser user in kept)
        {
            if (_users.TryGetValue(user.User, out CachedUser? cached))
            {
                cached.NoteKept();
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
        while (_order.Count > maxUsers)
        {
            EngageUser oldest = _order.Dequeue();
            if (_users[oldest].IsUsed || oldest == registered.User)
            {
                _users[oldest].ForgetUse();
                _order.Enqueue(oldest);
            }
            else
            {
                _users.TryRemove(oldest, out _);
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
                _users.TryRemove(user, out _);
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
}
