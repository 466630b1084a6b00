namespace TypedEvents;

/// <summary>
/// The outbox's statistics, stored with its events: those of a durable outbox survive restarts and cover all processes that
/// use it. <c>Appended = Delivered + Pending + DeadLetters + Discarded.Total</c> at all times.
/// </summary>
public sealed record OutboxStatistics
{
    /// <summary>All events that the outbox has ever accepted.</summary>
    public long Appended { get; init; }

    /// <summary>Events that EngageLab accepted.</summary>
    public long Delivered { get; init; }

    /// <summary>Events that are neither delivered, dead letters nor discarded.</summary>
    public long Pending { get; init; }

    /// <summary>Those of <see cref="Pending"/> that were appended with an external id, whose EUID has to be known before they can be sent.</summary>
    public long PendingRegistration { get; init; }

    /// <summary>Those of <see cref="Pending"/> whose name is on hold.</summary>
    public long Held { get; init; }

    /// <summary>
    /// When the outbox received the oldest pending event that isn't held, by the outbox's own clock, to a tenth of a second or finer;
    /// <see langword="null"/> if there is none.
    /// </summary>
    public DateTimeOffset? OldestPendingAt { get; init; }

    /// <summary>Events that EngageLab rejected permanently, and others that can't be delivered, stored with the reason.</summary>
    public long DeadLetters { get; init; }

    /// <summary>Events that were removed undelivered, by reason.</summary>
    public DiscardedEvents Discarded { get; init; } = new();
}
