namespace TypedEvents.Emulator;

/// <summary>Assigns each user one permanent EUID.</summary>
internal sealed class UserDirectory
{
    // As in the documentation's example: larger than an int, so that a client that uses an int fails.
    private const long FirstEuid = 10_000_091_198;

    private readonly Dictionary<UserIdentity, long> _euids = [];

    public Dictionary<UserIdentity, long> Snapshot()
    {
        lock (_euids)
        {
            return new(_euids);
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
            }

            return euid;
        }
    }
}
