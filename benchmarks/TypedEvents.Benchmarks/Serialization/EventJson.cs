namespace TypedEvents.Benchmarks;

/// <summary>Writes an event whose id and time exist already, so that neither is part of the measurement.</summary>
internal static class EventJson
{
    /// <returns>Whether the event is within the buffer's limit.</returns>
    public static bool TryWrite<TEvent>(ScratchBuffer scratch, Euid euid, in TEvent value, long itime, scoped in Guid randomId, out ReadOnlySpan<byte> json)
        where TEvent : IEngageEvent<TEvent>
    {
        int properties = EventWriter.BeginEvent(scratch, TEvent.Schema.Prefix, euid.Value, itime, in randomId, out EventWriter writer);
        TEvent.WriteProperties(ref writer, in value);
        return writer.TryEndEvent(scratch, properties, out json);
    }
}
