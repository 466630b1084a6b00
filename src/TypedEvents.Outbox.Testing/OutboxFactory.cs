namespace TypedEvents.Outbox.Testing;

/// <summary>Creates the outboxes that the cases of the contract test. A case disposes the outboxes that it gets.</summary>
public abstract class OutboxFactory
{
    /// <summary>Creates an outbox, or opens one again: see <see cref="OutboxSpecification.Name"/>.</summary>
    /// <param name="specification">Which outbox.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>An outbox that nobody has called yet.</returns>
    public abstract ValueTask<IEventOutbox> CreateAsync(OutboxSpecification specification, CancellationToken cancellationToken);

    /// <summary>Returns the size with which an event counts toward the outbox's limits, in bytes. Default: the length of its JSON.</summary>
    /// <param name="stored">The event.</param>
    /// <param name="isHeld">Whether it is pending and its name is on hold.</param>
    public virtual long SizeOf(StoredEvent stored, bool isHeld)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return stored.Json.Length;
    }
}
