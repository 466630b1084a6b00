namespace TypedEvents;

/// <summary>Why an event became a dead letter.</summary>
public enum DeadLetterKind
{
    /// <summary>EngageLab refused it again after it had accepted others: the event itself is at fault.</summary>
    Refused,

    /// <summary>It broke its request again and again while others were accepted, such as for a firewall that dislikes its content.</summary>
    Failed,

    /// <summary>It was older than the age limit.</summary>
    Expired,

    /// <summary>EngageLab gave no EUID for its user's own id.</summary>
    UserUnknown,
}
