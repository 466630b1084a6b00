using System.Runtime.InteropServices;

namespace TypedEvents;

/// <summary>
/// Of how many pending events the EUID isn't filled in, for each user, and who of them is known by now. The users themselves stand with
/// their events: here is a hash of each, so that one with a long id takes no more than another.
/// </summary>
internal sealed class PendingUsers
{
    /// <summary>
    /// What a user takes at most, which is counted for each event: an entry of 28 bytes in one dictionary and of 60 in the other one, which
    /// may be half empty.
    /// </summary>
    public const int BytesPerEvent = 2 * (28 + 60);

    /// <summary>With more entries a dictionary is worth giving its memory back.</summary>
    private const int FewUsers = 1000;

    private readonly Dictionary<ulong, int> _counts = [];
    private readonly Dictionary<ulong, RegisteredUser> _registered = [];

    private int _mostUsers;

    /// <summary>How many events there are.</summary>
    public int EventCount { get; private set; }

    public void Add(EngageUser user)
    {
        EventCount++;
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, Partition.Hash(user), out _)++;
        _mostUsers = Math.Max(_mostUsers, _counts.Count);
    }

    public void Remove(EngageUser user)
    {
        EventCount--;
        ulong hash = Partition.Hash(user);
        if (--CollectionsMarshal.GetValueRefOrNullRef(_counts, hash) == 0)
        {
            _counts.Remove(hash);
            _registered.Remove(hash);
            if (EventCount == 0)
            {
                Clear();
            }
        }
    }

    public void Clear()
    {
        EventCount = 0;
        _counts.Clear();
        _registered.Clear();
        if (_mostUsers > FewUsers)
        {
            _mostUsers = 0;
            _counts.TrimExcess();
            _registered.TrimExcess();
        }
    }

    /// <summary>Keeps users for as long as events of theirs are here.</summary>
    public void Keep(IReadOnlyList<RegisteredUser> registered)
    {
        foreach (RegisteredUser user in registered)
        {
            ulong hash = Partition.Hash(user.User);
            if (_counts.ContainsKey(hash))
            {
                _registered[hash] = user;
            }
        }
    }

    public List<RegisteredUser> Find(IReadOnlyList<EngageUser> users)
    {
        List<RegisteredUser> found = [];
        foreach (EngageUser user in users)
        {
            if (_registered.TryGetValue(Partition.Hash(user), out RegisteredUser registered) && registered.User == user)
            {
                found.Add(registered);
            }
        }

        return found;
    }
}
