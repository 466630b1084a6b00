using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace TypedEvents.Outbox;

/// <summary>
/// The parts of an outbox. All events of one user are in one partition, and a partition has one sender at a time: so a user's events are sent
/// in order.
/// </summary>
public static class Partition
{
    /// <summary>The number of partitions: 16. It never changes, since a durable outbox stores the partition of each event.</summary>
    public const int Count = 16;

    private const int Bits = 4;
    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15UL;

    internal static int Of(EngageUser user) => (int)(Hash(user) >> (64 - Bits));

    internal static int Of(Euid euid) => (int)(Hash(euid.Value) >> (64 - Bits));

    /// <summary>The same in every process and version, since a durable outbox stores what follows from it.</summary>
    internal static ulong Hash(EngageUser user)
    {
        if (user.ExternalId is not { } externalId)
        {
            _ = user.TryGetEuid(out Euid euid);
            return Hash(euid.Value);
        }

        // Two sums at once, since a multiplication has to wait for the one before.
        ReadOnlySpan<byte> rest = MemoryMarshal.AsBytes(externalId.AsSpan());
        ulong even = Multiplier ^ (ulong)user.Kind;
        ulong odd = (ulong)externalId.Length;
        for (; rest.Length >= 2 * sizeof(ulong); rest = rest[(2 * sizeof(ulong))..])
        {
            even = (BitOperations.RotateLeft(even, 5) ^ BinaryPrimitives.ReadUInt64LittleEndian(rest)) * Multiplier;
            odd = (BitOperations.RotateLeft(odd, 5) ^ BinaryPrimitives.ReadUInt64LittleEndian(rest[sizeof(ulong)..])) * Multiplier;
        }

        Span<byte> last = stackalloc byte[2 * sizeof(ulong)];
        last.Clear();
        rest.CopyTo(last);
        even = (BitOperations.RotateLeft(even, 5) ^ BinaryPrimitives.ReadUInt64LittleEndian(last)) * Multiplier;
        odd = (BitOperations.RotateLeft(odd, 5) ^ BinaryPrimitives.ReadUInt64LittleEndian(last[sizeof(ulong)..])) * Multiplier;
        ulong hash = even ^ BitOperations.RotateLeft(odd, 32);
        return (hash ^ (hash >> 29)) * Multiplier;
    }

    internal static ulong Hash(long euid) => (ulong)euid * Multiplier;
}
