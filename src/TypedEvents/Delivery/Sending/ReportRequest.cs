namespace TypedEvents;

/// <summary>A request with its events.</summary>
/// <param name="Attempt">What the rules know of it.</param>
/// <param name="Events">The events, those of each lane together.</param>
internal sealed record ReportRequest(Attempt Attempt, OutboxEvent[] Events)
{
    public static ReportRequest Of(AttemptKind kind, LaneState lane, params OutboxEvent[] events) =>
        new(new Attempt(kind, [new AttemptPart(lane, events.Length)], ItemsOf(events)), events);

    /// <summary>A batch with events of several lanes.</summary>
    /// <param name="parts">How many events each lane has in it.</param>
    /// <param name="events">The events, those of each lane together, in the order of the parts.</param>
    public static ReportRequest Combine(AttemptPart[] parts, OutboxEvent[] events) =>
        new(new Attempt(AttemptKind.Batch, parts, ItemsOf(events)), events);

    public ReadOnlyMemory<byte>[] Json() => Array.ConvertAll(Events, sent => sent.Json);

    private static TriedItem[] ItemsOf(OutboxEvent[] events) =>
        Array.ConvertAll(events, tried => new TriedItem(tried.Position, tried.EventName));
}
