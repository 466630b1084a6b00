namespace TypedEvents;

/// <summary>
/// An outbox can't be used by a tracker, however often it is tried: it is for another target, has a newer schema, or lacks a right or a long
/// enough lease. The message names the remedy.
/// </summary>
public sealed class OutboxUnusableException : InvalidOperationException
{
    /// <summary>Creates an exception without a reason of its own.</summary>
    public OutboxUnusableException()
        : base("The outbox can't be used by this tracker.")
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">Why the outbox can't be used, and the remedy.</param>
    public OutboxUnusableException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">Why the outbox can't be used, and the remedy.</param>
    /// <param name="innerException">The exception of the underlying store, or <see langword="null"/>.</param>
    public OutboxUnusableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
