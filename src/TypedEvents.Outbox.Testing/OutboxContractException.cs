namespace TypedEvents.Outbox.Testing;

/// <summary>An outbox breaks its contract: the message says what was expected and what it did.</summary>
public sealed class OutboxContractException : Exception
{
    /// <summary>Creates an exception.</summary>
    public OutboxContractException()
        : base("The outbox breaks its contract.")
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What was expected and what the outbox did.</param>
    public OutboxContractException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What was expected and what the outbox did.</param>
    /// <param name="innerException">What the outbox threw, or <see langword="null"/>.</param>
    public OutboxContractException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
