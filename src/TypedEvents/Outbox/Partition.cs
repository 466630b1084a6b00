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

    public static int Of(Euid euid) => (int)(((ulong)euid.Value * 0x9E37_79B9_7F4A_7C15UL) >> (64 - Bits));
}
