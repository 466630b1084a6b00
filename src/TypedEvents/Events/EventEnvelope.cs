namespace TypedEvents;

/// <summary>
/// Writes one event complete, as an element of the <c>data</c> array of <c>POST /v1/event/report</c>. Only the properties need the
/// event's type; what stands around them is written by code that exists once.
/// </summary>
internal static class EventEnvelope
{
    /// <summary>Begins an event, up to its properties. Reads the clock once.</summary>
    /// <param name="scratch">Where the event is written; it must be ready for one (<see cref="ScratchBuffer.Begin"/>).</param>
    /// <param name="schema">The event's type.</param>
    /// <param name="euid">The user.</param>
    /// <param name="context">The time and id, where they aren't the current time and a new id.</param>
    /// <param name="clock">The source of the current time.</param>
    /// <param name="writer">Writes the properties.</param>
    /// <returns>The offset at which the properties begin, for <see cref="EventWriter.TryEndEvent"/>.</returns>
    public static int Begin(
        ScratchBuffer scratch,
        EventSchema schema,
        Euid euid,
        scoped in EventContext context,
        TimeProvider clock,
        out EventWriter writer)
    {
        DateTimeOffset now = clock.GetUtcNow();
        long itime = (context.OccurredAt ?? now).ToUnixTimeMilliseconds();
        if (context.RandomId is null)
        {
            Guid randomId = RandomId.New(now);
            return EventWriter.BeginEvent(scratch, schema.Prefix, euid.Value, itime, in randomId, out writer);
        }

        writer = new EventWriter(scratch);
        return writer.BeginEvent(schema.Prefix.Span, euid.Value, itime, context.RandomId);
    }

    /// <summary>Writes an event.</summary>
    /// <returns>Whether it is within the buffer's limit.</returns>
    /// <exception cref="Exception">Whatever a getter of the event throws.</exception>
    public static bool TryWrite<TEvent>(
        ScratchBuffer scratch,
        Euid euid,
        scoped in TEvent value,
        scoped in EventContext context,
        TimeProvider clock,
        out ReadOnlySpan<byte> json)
        where TEvent : IEngageEvent<TEvent>
    {
        int properties = Begin(scratch, TEvent.Schema, euid, in context, clock, out EventWriter writer);
        TEvent.WriteProperties(ref writer, in value);
        return writer.TryEndEvent(scratch, properties, out json);
    }
}
