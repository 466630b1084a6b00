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
        var writer = new EventWriter(scratch);
        writer.WriteRaw(TEvent.Schema.Prefix);
        writer.Write(default, euid.Value);
        writer.Write(",\"itime\":"u8, (context.OccurredAt ?? now).ToUnixTimeMilliseconds());
        if (context.RandomId is null)
        {
            writer.Write(",\"random_id\":"u8, RandomId.New(now));
        }
        else
        {
            writer.WriteUncut(",\"random_id\":"u8, context.RandomId);
        }

        writer.WriteRaw(",\"properties\":"u8);
        int properties = writer.Written;
        TEvent.WriteProperties(ref writer, in value);
        writer.EndProperties(properties);
        return writer.TryFinish(scratch, out json);
    }
}
