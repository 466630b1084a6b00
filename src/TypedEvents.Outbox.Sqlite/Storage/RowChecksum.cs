using System.IO.Hashing;
using System.Text;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// The checksum of a row: XXH3 over what is sent and what decides to whom, so that a read detects bytes that changed on the disk. It
/// doesn't protect against deliberate changes.
/// </summary>
/// <remarks>
/// Each value is hashed with the hash of those before it as the seed. An event's position, state, time and reason are not part of it:
/// they change.
/// </remarks>
internal static class RowChecksum
{
    private const int MaxStackBytes = 1024;
    private const long HasAppKey = 1 << 8;
    private const long HasUser = 1 << 9;

    public static long OfEvent(BufferedEvent buffered, string? appKey)
    {
        long hash = Of(buffered.EventName, Seed(buffered.Partition, appKey is not null, buffered.User.IsExternalId));
        if (appKey is not null)
        {
            hash = Of(appKey, hash);
        }

        if (buffered.User.IsExternalId)
        {
            hash = Of(buffered.User.ExternalId!, Of(buffered.User.IdentityName!, hash));
        }

        return Of(buffered.Json.Span, hash);
    }

    /// <summary>What the checksum of a row must be.</summary>
    public static long OfEvent(in EventRow row)
    {
        long hash = Of(row.Name, Seed(row.Partition, row.HasAppKey, row.HasIdentityName));
        if (row.HasAppKey)
        {
            hash = Of(row.AppKey, hash);
        }

        if (row.HasIdentityName)
        {
            hash = Of(row.ExternalId, Of(row.IdentityName, hash));
        }

        return Of(row.Json, hash);
    }

    public static long OfUser(EngageUser user, long euid, long registeredAt) =>
        Of(user.ExternalId!, Of(user.IdentityName!, unchecked((euid * 31) + registeredAt)));

    private static long Seed(long partition, bool hasAppKey, bool hasUser) =>
        partition ^ (hasAppKey ? HasAppKey : 0) ^ (hasUser ? HasUser : 0);

    private static long Of(ReadOnlySpan<byte> value, long seed) => unchecked((long)XxHash3.HashToUInt64(value, seed));

    private static long Of(string value, long seed)
    {
        int max = Encoding.UTF8.GetMaxByteCount(value.Length);
        Span<byte> utf8 = max <= MaxStackBytes ? stackalloc byte[MaxStackBytes] : new byte[max];
        return Of(utf8[..Encoding.UTF8.GetBytes(value, utf8)], seed);
    }
}
