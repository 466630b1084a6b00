using System.Buffers.Text;

namespace TypedEvents;

/// <summary>Selects events of an outbox: those that match every property that is set.</summary>
public sealed record OutboxQuery
{
    /// <summary>All dead letters.</summary>
    public static OutboxQuery DeadLetters { get; } = new() { State = StoredEventState.DeadLetter };

    /// <summary>All pending events.</summary>
    public static OutboxQuery Pending { get; } = new() { State = StoredEventState.Pending };

    /// <summary>Their state.</summary>
    public required StoredEventState State { get; init; }

    /// <summary>Their name.</summary>
    public string? EventName { get; init; }

    /// <summary>Dead letters of this kind.</summary>
    public DeadLetterKind? Kind { get; init; }

    /// <summary>Dead letters with this EngageLab <c>code</c>.</summary>
    public int? Code { get; init; }

    /// <summary>Those with a higher position than this.</summary>
    public long After { get; init; }

    /// <summary>Those with no higher position than this, such as the one event at <c>After + 1</c>.</summary>
    public long UpTo { get; init; } = long.MaxValue;

    /// <summary>Those that the outbox received before this time, by its own clock.</summary>
    public DateTimeOffset? AppendedBefore { get; init; }

    /// <summary>
    /// Those that are stored under this id of a user: the external id, or the EUID. An event that was tracked with an external id is stored under
    /// the EUID if the tracker knew that by then. To find all events of a person, ask for both: <c>IEventOutbox.FindUsersAsync</c> gives the EUID
    /// of an external id that the outbox knows. It forgets that EUID when a purge by user leaves no event of theirs, so ask for it first.
    /// </summary>
    public EngageUser? User { get; init; }

    /// <summary>Whether an event matches every property that is set, for an outbox that checks its events one by one.</summary>
    /// <param name="stored">The event.</param>
    public bool Matches(StoredEvent stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return stored.State == State
            && stored.Position > After
            && stored.Position <= UpTo
            && (EventName is null || stored.EventName == EventName)
            && (Kind is null || stored.Reason?.Kind == Kind)
            && (Code is null || stored.Reason?.Code == Code)
            && (AppendedBefore is null || stored.AppendedAt < AppendedBefore)
            && (User is not { } user || IsOf(stored, user));
    }

    private static bool IsOf(StoredEvent stored, EngageUser user) =>
        user.TryGetEuid(out Euid euid)
            ? !stored.User.IsExternalId
                && Utf8Parser.TryParse(EuidPlaceholder.DigitsOf(stored.Json.Span, stored.EventName), out long storedEuid, out _)
                && storedEuid == euid.Value
            : stored.User == user && user.IsExternalId;

    /// <exception cref="ArgumentException">It is for pending events.</exception>
    internal void ThrowUnlessDeadLetters()
    {
        if (State != StoredEventState.DeadLetter)
        {
            throw new ArgumentException("Only dead letters can be replayed; pending events are sent automatically. Use OutboxQuery.DeadLetters.");
        }
    }
}
