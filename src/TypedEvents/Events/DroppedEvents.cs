namespace TypedEvents;

/// <summary>The number of tracked events that never reached the outbox, by reason.</summary>
public sealed record DroppedEvents
{
    /// <summary>The buffer was full (<see cref="TrackResult.BufferFull"/>).</summary>
    public long BufferFull { get; init; }

    /// <summary>The JSON was larger than <c>MaxEventBytes</c> (<see cref="TrackResult.TooLarge"/>).</summary>
    public long TooLarge { get; init; }

    /// <summary>The event was invalid (<see cref="TrackResult.Invalid"/>).</summary>
    public long Invalid { get; init; }

    /// <summary>The filter rejected the event (<see cref="TrackResult.Filtered"/>).</summary>
    public long Filtered { get; init; }

    /// <summary>The tracker had been stopped (<see cref="TrackResult.Closed"/>).</summary>
    public long Closed { get; init; }

    /// <summary><c>TrackAsync</c> was cancelled before the buffer had room for the event.</summary>
    public long Cancelled { get; init; }

    /// <summary><c>TrackAsync</c> threw an <c>OutboxUnusableException</c>: the outbox can't be used by this tracker.</summary>
    public long OutboxUnusable { get; init; }

    /// <summary>The event was still buffered when the tracker stopped, and the outbox didn't accept it before the deadline.</summary>
    public long AtShutdown { get; init; }

    /// <summary>The tracker was disabled (<see cref="TrackResult.Disabled"/>).</summary>
    public long Disabled { get; init; }

    /// <summary>There was no current user (<see cref="TrackResult.NoUser"/>).</summary>
    public long NoUser { get; init; }

    /// <summary>The total over all reasons.</summary>
    public long Total => BufferFull + TooLarge + Invalid + Filtered + Closed + Cancelled + OutboxUnusable + AtShutdown + Disabled + NoUser;
}
