namespace TypedEvents;

/// <summary>Why an event became a dead letter.</summary>
public enum DeadLetterKind
{
    /// <summary>EngageLab rejected it again after it had accepted others: the event itself is at fault.</summary>
    Rejected,

    /// <summary>Its requests failed repeatedly while others were accepted, for example because a firewall blocks its content.</summary>
    Undeliverable,

    /// <summary>It was older than the age limit.</summary>
    Expired,

    /// <summary>EngageLab returned no EUID for its user's external id.</summary>
    UserUnknown,

    /// <summary>
    /// The outbox can't read the event that it has stored: its bytes changed on the disk, or a newer version wrote something that this one doesn't
    /// know, such as another kind of user id. The stored bytes are never sent.
    /// </summary>
    Unreadable,
}
