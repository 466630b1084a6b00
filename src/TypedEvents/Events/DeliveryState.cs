namespace TypedEvents;

/// <summary>
/// Whether a tracker delivers events, as far as this process knows from its own requests. Another process that uses the same outbox may
/// deliver them meanwhile.
/// </summary>
public sealed record DeliveryState
{
    /// <summary>
    /// Whether delivery is paused: the circuit breaker of the reports or that of the registrations is open, and one request at a time is tried
    /// until one is accepted; or the tracker is disabled.
    /// </summary>
    public bool IsPaused => Reason is not null;

    /// <summary>Why delivery is paused; <see langword="null"/> if it isn't.</summary>
    public PauseReason? Reason { get; init; }

    /// <summary>Since when delivery is paused; <see langword="null"/> if it isn't, or the tracker is disabled.</summary>
    public DateTimeOffset? PausedSince { get; init; }

    /// <summary>When EngageLab last accepted events from this process; <see langword="null"/>: never.</summary>
    public DateTimeOffset? LastAcceptedAt { get; init; }

    /// <summary>When the next request is due while delivery is paused; in the past if it waits for something else, such as an event to send.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>The time of this state, by the tracker's clock, like all times here.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Whether the outbox is open. Until then events stay in the buffer.</summary>
    public bool IsOutboxOpen { get; init; }

    /// <summary>Why the outbox can't be opened, or doesn't take events, as a text for people; <see langword="null"/> if it isn't known to fail.</summary>
    public string? OutboxProblem { get; init; }

    /// <summary>
    /// What keeps events from being delivered and what to check, as a text for people; <see langword="null"/> if nothing is known to. It may be set
    /// while delivery isn't paused, such as after a single failed request, or if the outbox can't be opened.
    /// </summary>
    public string? Problem { get; init; }
}
