namespace TypedEvents;

/// <summary>A request with its events.</summary>
/// <param name="Attempt">What the rules know of it.</param>
/// <param name="Lanes">The lanes that have events in it.</param>
/// <param name="Events">The events, those of each lane together.</param>
internal sealed record EventAttempt(Attempt Attempt, IReadOnlyList<EventLane> Lanes, IReadOnlyList<OutboxEvent> Events)
{
    public static EventAttempt Of(AttemptKind kind, EventLane lane, IReadOnlyList<OutboxEvent> events) =>
        new(new Attempt(kind, [new AttemptPart(lane.State, events.Count)], ItemsOf(events)), [lane], events);

    public static EventAttempt Combine(IReadOnlyList<EventLane> lanes) =>
        new(
            new Attempt(
                AttemptKind.Batch,
                [.. lanes.Select(lane => new AttemptPart(lane.State, lane.Queue.Events.Count))],
                ItemsOf([.. lanes.SelectMany(lane => lane.Queue.Events)])),
            lanes,
            [.. lanes.SelectMany(lane => lane.Queue.Events)]);

    private static TriedItem[] ItemsOf(IReadOnlyList<OutboxEvent> events)
    {
        var items = new TriedItem[events.Count];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = new TriedItem(events[i].Position, events[i].EventName);
        }

        return items;
    }
}
