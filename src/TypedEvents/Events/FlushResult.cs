namespace TypedEvents;

/// <summary>What <see cref="IEventTracker.FlushAsync"/> and <c>EventTracker.StopAsync</c> found at their end.</summary>
public sealed record FlushResult
{
    /// <summary>Whether all that was tracked before is settled, and if not, why not.</summary>
    public required FlushOutcome Outcome { get; init; }

    /// <summary>What the tracker did with each call.</summary>
    public required TrackerStatistics Tracker { get; init; }

    /// <summary>
    /// What the outbox did with each event; <see langword="null"/> where the tracker couldn't read it: <see cref="OutboxUnavailableReason"/>
    /// says why.
    /// </summary>
    public OutboxStatistics? Outbox { get; init; }

    /// <summary>
    /// Why <see cref="Outbox"/> is <see langword="null"/>, such as an outbox that couldn't be opened yet, or a process without the right to
    /// read its statistics; <see langword="null"/> otherwise.
    /// </summary>
    public string? OutboxUnavailableReason { get; init; }

    /// <summary>What prevents events from being delivered and what to check, or <see langword="null"/>.</summary>
    public string? Problem { get; init; }
}
