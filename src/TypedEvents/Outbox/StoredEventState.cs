namespace TypedEvents;

/// <summary>The states in which an outbox keeps an event.</summary>
public enum StoredEventState
{
    /// <summary>It is waiting to be delivered.</summary>
    Pending,

    /// <summary>It is a dead letter, with its reason.</summary>
    DeadLetter,
}
