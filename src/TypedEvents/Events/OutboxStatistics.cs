namespace TypedEvents;

/// <summary>
/// The outbox's statistics, kept with its events: for a durable outbox it survives restarts and holds for all processes that
/// use it. At every instant <c>Appended = Delivered + Pending + DeadLetters + Discarded.Total</c>.
/// </summary>
public sealed record OutboxStatistics
{
    /// <summary>Events that the outbox ever took.</summary>
    public long Appended { get; init; }

    /// <summary>Events that EngageLab accepted.</summary>
    public long Delivered { get; init; }

    /// <summary>Events that wait to be delivered.</summary>
    public long Pending { get; init; }

    /// <summary>Those of <see cref="Pending"/> that came with their user's external id, whose EUID has to be known before they can go.</summary>
    public long PendingRegistration { get; init; }

    /// <summary>Dead letters: events that EngageLab rejected permanently, kept with its reason.</summary>
    public long DeadLetters { get; init; }

    /// <summary>Events that are gone undelivered, by reason.</summary>
    public DiscardedEvents Discarded { get; init; } = new();
}
