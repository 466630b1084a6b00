namespace TypedEvents;

/// <summary>A dead letter of a memory outbox, with bytes of its own.</summary>
internal sealed class MemoryDeadLetter(StoredEvent stored, int partition)
{
    /// <summary>
    /// The objects around the JSON, in bytes: the event (104), its array (24), this one (32), its node in the sorted dictionary (64), and
    /// the reason (40).
    /// </summary>
    private const int ObjectBytes = 264;

    /// <summary>A string's bytes beside its characters, at most.</summary>
    private const int StringBytes = 32;

    public StoredEvent Event => stored;

    public int Partition => partition;

    public long Position => stored.Position;

    /// <summary>What it takes in memory, in bytes.</summary>
    public long Size { get; } = SizeOf(stored.Json.Length, stored.User, stored.Reason);

    /// <inheritdoc cref="Size"/>
    public static long SizeOf(int jsonLength, EngageUser user, DeadLetterReason? reason) =>
        ObjectBytes + jsonLength + SizeOf(user.ExternalId) + SizeOf(reason?.Message);

    private static long SizeOf(string? text) => text is null ? 0 : StringBytes + ((long)text.Length * sizeof(char));
}
