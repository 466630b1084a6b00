namespace TypedEvents;

/// <summary>The result of <see cref="IEventTracker.FlushAsync"/> and <c>EventTracker.StopAsync</c>.</summary>
public sealed record FlushResult
{
    /// <summary>Whether everything that was tracked before is settled, and if not, why not.</summary>
    public required FlushOutcome Outcome { get; init; }

    /// <summary>The tracker's statistics.</summary>
    public required TrackerStatistics Tracker { get; init; }

    /// <summary>
    /// The outbox's statistics; <see langword="null"/> if the tracker couldn't read them: <see cref="OutboxUnavailableReason"/>
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
