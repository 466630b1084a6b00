namespace TypedEvents;

/// <summary>A request with its events.</summary>
/// <param name="Attempt">What the rules know of it.</param>
/// <param name="Lanes">The lanes that have events in it.</param>
/// <param name="Events">The events, those of each lane together.</param>
internal sealed record ReportRequest(Attempt Attempt, EventLane[] Lanes, OutboxEvent[] Events)
{
    public static ReportRequest Of(AttemptKind kind, EventLane lane, params OutboxEvent[] events) =>
        new(new Attempt(kind, [new AttemptPart(lane.State, events.Length)], ItemsOf(events)), [lane], events);

    /// <summary>All that waits in some lanes.</summary>
    public static ReportRequest Combine(EventLane[] lanes)
    {
        List<OutboxEvent> events = [];
        foreach (EventLane lane in lanes)
        {
            events.AddRange(lane.Queue.Events);
        }

        OutboxEvent[] all = [.. events];
        AttemptPart[] parts = Array.ConvertAll(lanes, lane => new AttemptPart(lane.State, lane.Queue.Events.Count));
        return new(new Attempt(AttemptKind.Batch, parts, ItemsOf(all)), lanes, all);
    }

    /// <summary>The attempt as it is made now.</summary>
    public ReportRequest MadeIn(int period, TimeSpan now) => this with { Attempt = Attempt with { Period = period, MadeAt = now } };

    public ReadOnlyMemory<byte>[] Json() => Array.ConvertAll(Events, sent => sent.Json);

    private static TriedItem[] ItemsOf(OutboxEvent[] events) =>
        Array.ConvertAll(events, tried => new TriedItem(tried.Position, tried.EventName));
}
