using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace TypedEvents;

/// <summary>
/// Which part of an outbox an event belongs to. All events of one user are in one partition, and a partition has one sender at
/// a time: so a user's events are sent in order.
/// </summary>
internal static class Partition
{
    /// <summary>How many there are. Fixed: a durable outbox stores the partition of each event.</summary>
    public const int Count = 16;

    private const int Bits = 4;
    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15UL;

    public static int Of(EngageUser user) => (int)(Hash(user) >> (64 - Bits));

    public static int Of(Euid euid) => (int)(Hash(euid.Value) >> (64 - Bits));

    /// <summary>The same in every process and version, since a durable outbox stores what follows from it.</summary>
    public static ulong Hash(EngageUser user)
    {
        if (user.OwnId is not { } ownId)
        {
            _ = user.TryGetEuid(out Euid euid);
            return Hash(euid.Value);
        }

        ulong hash = Multiplier ^ (ulong)user.Kind;
        ReadOnlySpan<byte> rest = MemoryMarshal.AsBytes(ownId.AsSpan());
        while (rest.Length >= sizeof(ulong))
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(rest));
            rest = rest[sizeof(ulong)..];
        }

        ulong last = (ulong)ownId.Length << 48;
        for (int i = 0; i < rest.Length; i++)
        {
            last |= (ulong)rest[i] << (8 * i);
        }

        return Mix(hash ^ last);
    }

    private static ulong Mix(ulong hash)
    {
        hash *= Multiplier;
        return (hash ^ (hash >> 32)) * Multiplier;
    }

    public static ulong Hash(long euid) => (ulong)euid * Multiplier;
}
