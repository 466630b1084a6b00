namespace TypedEvents;

/// <summary>Writes one event whole, as it stands in the <c>data</c> array of <c>POST /v1/event/report</c>.</summary>
internal static class EventEnvelope
{
    /// <summary>Writes an event.</summary>
    /// <returns>Whether it is within the buffer's limit.</returns>
    /// <exception cref="Exception">Whatever a getter of the event throws.</exception>
    public static bool TryWrite<TEvent>(
        ScratchBuffer scratch,
        Euid euid,
        in TEvent value,
        EventContext context,
        TimeProvider clock,
        out ReadOnlySpan<byte> json)
        where TEvent : IEngageEvent<TEvent>
    {
        DateTimeOffset now = clock.GetUtcNow();
        long itime = (context.OccurredAt ?? now).ToUnixTimeMilliseconds();
        if (context.RandomId is null)
        {
            Guid randomId = RandomId.New(now);
            return TryWrite(scratch, euid, in value, itime, in randomId, out json);
        }

        var writer = new EventWriter(scratch);
        int properties = writer.BeginEvent(TEvent.Schema.Prefix.Span, euid.Value, itime, context.RandomId);
        TEvent.WriteProperties(ref writer, in value);
        return writer.TryEndEvent(scratch, properties, out json);
    }

    /// <summary>Writes an event whose id and time are made already.</summary>
    /// <returns>Whether it is within the buffer's limit.</returns>
    /// <exception cref="Exception">Whatever a getter of the event throws.</exception>
    public static bool TryWrite<TEvent>(
        ScratchBuffer scratch,
        Euid euid,
        in TEvent value,
        long itime,
        scoped in Guid randomId,
        out ReadOnlySpan<byte> json)
        where TEvent : IEngageEvent<TEvent>
    {
        int properties = EventWriter.BeginEvent(scratch, TEvent.Schema.Prefix, euid.Value, itime, in randomId, out EventWriter writer);
        TEvent.WriteProperties(ref writer, in value);
        return writer.TryEndEvent(scratch, properties, out json);
    }
}
