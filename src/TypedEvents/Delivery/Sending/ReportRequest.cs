using System.Collections;

namespace TypedEvents;

/// <summary>A request with its events.</summary>
/// <param name="attempt">What the rules know of it.</param>
/// <param name="events">The events, those of each lane together.</param>
internal sealed class ReportRequest(Attempt attempt, OutboxEvent[] events)
{
    public Attempt Attempt => attempt;

    public OutboxEvent[] Events => events;

    public static ReportRequest Of(AttemptKind kind, LaneState lane, params OutboxEvent[] events) =>
        new(new Attempt(kind, [new AttemptPart(lane, events.Length)], new TriedEvents(events)), events);

    /// <summary>A batch with events of several lanes.</summary>
    /// <param name="parts">How many events each lane has in it.</param>
    /// <param name="events">The events, those of each lane together, in the order of the parts.</param>
    public static ReportRequest Combine(AttemptPart[] parts, OutboxEvent[] events) =>
        new(new Attempt(AttemptKind.Batch, parts, new TriedEvents(events)), events);

    public ReadOnlyMemory<byte>[] Json()
    {
        var json = new ReadOnlyMemory<byte>[Events.Length];
        for (int i = 0; i < json.Length; i++)
        {
            json[i] = Events[i].Json;
        }

        return json;
    }

    /// <summary>The events as the rules see them. Only after a failure are they looked at, so they aren't copied.</summary>
    private sealed class TriedEvents(OutboxEvent[] events) : IReadOnlyList<TriedItem>
    {
        public int Count => events.Length;

        public TriedItem this[int index] => new(events[index].Position, events[index].EventName);

        public IEnumerator<TriedItem> GetEnumerator()
        {
            for (int i = 0; i < events.Length; i++)
            {
                yield return this[i];
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
