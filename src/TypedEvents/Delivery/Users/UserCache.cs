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

    /// <summary>By the kind of the id, then by the id: a dictionary by strings needs neither code of its own nor a hash that is expensive to compute.</summary>
    private readonly ConcurrentDictionary<string, CachedUser>[] _users = CreateUsers();

    private readonly Queue<EngageUser> _order = [];
    private long _bytes;

    public int Capacity => maxUsers;

    public int Count => _order.Count;

    /// <summary>
    /// Finds the user of an event that is being tracked. Returns only users that the outbox has persisted. Otherwise a crash could leave
    /// unresolved events ahead of resolved ones for the same user, and the next process would send the resolved ones first.
    /// </summary>
    public CachedUser? TryUse(EngageUser user)
    {
        if (Find(user) is not { IsPersisted: true } cached)
        {
            return null;
        }

        cached.NoteUse();
        return cached;
    }

    /// <summary>Finds the EUID for an event that was tracked before.</summary>
    public bool TryGet(EngageUser user, out Euid euid)
    {
        CachedUser? cached = Find(user);
        euid = cached?.Euid ?? default;
        return cached is not null;
    }

    /// <summary>Notes that the outbox knows users.</summary>
    public void NotePersisted(IEnumerable<RegisteredUser> kept)
    {
        foreach (RegisteredUser user in kept)
        {
            Find(user.User)?.NotePersisted();
        }
    }

    public void Add(RegisteredUser registered)
    {
        bool isNew = Find(registered.User) is null;
        OfKind(registered.User)[registered.User.ExternalId!] = new CachedUser(registered);
        if (!isNew)
        {
            return;
        }

        _order.Enqueue(registered.User);
        _bytes += SizeOf(registered.User);
        while (_order.Count > maxUsers || (_bytes > maxUsers * UsualBytesPerUser && _order.Count > 1))
        {
            EngageUser oldest = _order.Dequeue();
            CachedUser cached = Find(oldest)!;
            if (cached.IsUsed || oldest == registered.User)
            {
                cached.ForgetUse();
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
            CachedUser cached = Find(user)!;
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

    /// <param name="user">A user with an external id.</param>
    private CachedUser? Find(EngageUser user)
    {
        OfKind(user).TryGetValue(user.ExternalId!, out CachedUser? cached);
        return cached;
    }

    private ConcurrentDictionary<string, CachedUser> OfKind(EngageUser user) => _users[(int)user.Kind];

    private void Remove(EngageUser user)
    {
        OfKind(user).TryRemove(user.ExternalId!, out _);
        _bytes -= SizeOf(user);
    }

    private static ConcurrentDictionary<string, CachedUser>[] CreateUsers()
    {
        var users = new ConcurrentDictionary<string, CachedUser>[Enum.GetValues<UserIdentityKind>().Length];
        for (int kind = 0; kind < users.Length; kind++)
        {
            users[kind] = new ConcurrentDictionary<string, CachedUser>(StringComparer.Ordinal);
        }

        return users;
    }

    private static long SizeOf(EngageUser user) => BytesPerUser + ((user.ExternalId?.Length ?? 0) * sizeof(char));
}
