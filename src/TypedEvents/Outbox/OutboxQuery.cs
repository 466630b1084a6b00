namespace TypedEvents;

/// <summary>Which events of an outbox are meant: all that fit every property that is set.</summary>
public sealed record OutboxQuery
{
    /// <summary>All dead letters.</summary>
    public static OutboxQuery DeadLetters { get; } = new() { State = StoredEventState.DeadLetter };

    /// <summary>All events that wait to be delivered.</summary>
    public static OutboxQuery Pending { get; } = new() { State = StoredEventState.Pending };

    /// <summary>Their state.</summary>
    public required StoredEventState State { get; init; }

    /// <summary>Their name.</summary>
    public string? EventName { get; init; }

    /// <summary>Dead letters of this kind.</summary>
    public DeadLetterKind? Kind { get; init; }

    /// <summary>Dead letters with this <c>code</c> of EngageLab's.</summary>
    public int? Code { get; init; }

    /// <summary>Those with a higher position than this.</summary>
    public long After { get; init; }

    /// <summary>Those with no higher position than this, such as the one event at <c>After + 1</c>.</summary>
    public long UpTo { get; init; } = long.MaxValue;

    /// <summary>Those that the outbox got before this time, by its own clock.</summary>
    public DateTimeOffset? AppendedBefore { get; init; }

    internal bool Fits(StoredEvent stored) =>
        stored.State == State
        && stored.Position > After
        && stored.Position <= UpTo
        && (EventName is null || stored.EventName == EventName)
        && (Kind is null || stored.Reason?.Kind == Kind)
        && (Code is null || stored.Reason?.Code == Code)
        && (AppendedBefore is null || stored.AppendedAt < AppendedBefore);

    /// <exception cref="ArgumentException">It is for pending events.</exception>
    internal void ThrowUnlessDeadLetters()
    {
        if (State != StoredEventState.DeadLetter)
        {
            throw new ArgumentException("Only dead letters can be replayed; pending events are sent automatically. Use OutboxQuery.DeadLetters.");
        }
    }
}
