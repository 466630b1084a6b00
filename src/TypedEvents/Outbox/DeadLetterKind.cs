namespace TypedEvents;

/// <summary>Why an event became a dead letter.</summary>
public enum DeadLetterKind
{
    /// <summary>EngageLab rejected it again after it had accepted others: the event itself is at fault.</summary>
    Rejected,

    /// <summary>It broke its request again and again while others were accepted, such as for a firewall that dislikes its content.</summary>
    Undeliverable,

    /// <summary>It was older than the age limit.</summary>
    Expired,

    /// <summary>EngageLab gave no EUID for its user's external id.</summary>
    UserUnknown,

    /// <summary>
    /// The outbox can't make an event of what it has stored: its bytes changed on the disk, or a newer version wrote what this one
    /// doesn't know, such as another kind of user id. What is there is never sent as it is.
    /// </summary>
    Unreadable,
}
