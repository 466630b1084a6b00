namespace TypedEvents;

/// <summary>A dead letter of a memory outbox, with bytes of its own.</summary>
internal sealed record MemoryDeadLetter(StoredEvent Event, int Partition)
{
    public long Position => Event.Position;

    public int Length => Event.Json.Length;
}
