namespace TypedEvents;

/// <summary>How many events a tracker didn't hand to its outbox, by reason.</summary>
public sealed record DroppedEvents
{
    /// <summary>There was no room in the buffer (<see cref="TrackResult.BufferFull"/>).</summary>
    public long BufferFull { get; init; }

    /// <summary>The JSON was larger than <c>MaxEventBytes</c> (<see cref="TrackResult.TooLarge"/>).</summary>
    public long TooLarge { get; init; }

    /// <summary>The event couldn't be written (<see cref="TrackResult.Invalid"/>).</summary>
    public long Invalid { get; init; }

    /// <summary>The filter said no (<see cref="TrackResult.Filtered"/>).</summary>
    public long Filtered { get; init; }

    /// <summary>The tracker had been stopped (<see cref="TrackResult.Closed"/>).</summary>
    public long Closed { get; init; }

    /// <summary><c>TrackAsync</c> was cancelled before the event had room.</summary>
    public long Cancelled { get; init; }

    /// <summary>The event was buffered when the tracker stopped, and the outbox couldn't take it by the deadline.</summary>
    public long AtShutdown { get; init; }

    /// <summary>All of these.</summary>
    public long Total => BufferFull + TooLarge + Invalid + Filtered + Closed + Cancelled + AtShutdown;
}
