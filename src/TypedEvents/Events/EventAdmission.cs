namespace TypedEvents;

/// <summary>The checks that an event must pass before any of its properties is read: the same for a tracker and for a batch.</summary>
internal static class EventAdmission
{
    /// <summary>Checks everything but whether an external id is well-formed, which matters only until the user's EUID is known.</summary>
    /// <param name="user">Whose event it is.</param>
    /// <param name="isNull">Whether the event is <see langword="null"/>.</param>
    /// <param name="context">The time and id that the caller gave.</param>
    public static EventDefect Check(EngageUser user, bool isNull, in EventContext context)
    {
        if (!user.IsValid)
        {
            return EventDefect.NoUser;
        }

        if (isNull)
        {
            return EventDefect.Null;
        }

        if (context.OccurredAt == default(DateTimeOffset))
        {
            return EventDefect.OccurredAtUnset;
        }

        if (context.RandomId is not { } randomId)
        {
            return EventDefect.None;
        }

        return randomId.Length == 0 ? EventDefect.RandomIdEmpty
            : WellFormedText.IsWellFormed(randomId) ? EventDefect.None
            : EventDefect.RandomIdNotWellFormed;
    }

    /// <summary>The defect and its remedy, as the end of a sentence that begins with the event's name.</summary>
    public static string Describe(EventDefect defect) => defect switch
    {
        EventDefect.NoUser =>
            $"its user has no valid id. An EUID is a positive number (new Euid(…)), and an external id has 1 to {EngageUser.MaxIdentityLength} characters; default(Euid) and default(EngageUser) don't identify a user.",
        EventDefect.ExternalIdNotWellFormed => "its user's external id contains half of a surrogate pair, which UTF-8 can't represent.",
        EventDefect.Null => "the event is null.",
        EventDefect.OccurredAtUnset => "its OccurredAt is default(DateTimeOffset), so it was probably never set. Leave it null, and the event gets the time of the call.",
        EventDefect.RandomIdEmpty => "its RandomId is empty. Leave it null, and the event gets a new one.",
        EventDefect.RandomIdNotWellFormed => "its RandomId contains half of a surrogate pair, which UTF-8 can't represent: EngageLab would receive another id.",
        _ => throw new ArgumentOutOfRangeException(nameof(defect), defect, "An event without a defect has no description of one."),
    };
}
