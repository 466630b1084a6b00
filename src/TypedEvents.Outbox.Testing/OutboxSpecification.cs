namespace TypedEvents.Outbox.Testing;

/// <summary>Specifies the outbox that a case of the contract needs.</summary>
public sealed record OutboxSpecification
{
    /// <summary>The lowest limit that a case asks for, in bytes: 64 KiB. Every outbox must accept it.</summary>
    public const int MinBytes = 64 * 1024;

    /// <summary>
    /// Which outbox it is: 32 lowercase hexadecimal digits, fit for the name of a file or a schema. When a case first asks for a name, it gets a new,
    /// empty outbox. If it asks again, after closing the first one, it gets the same outbox, opened again, provided that it is durable.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>The maximum size of pending events, not counting held ones, in bytes as the outbox counts them.</summary>
    public required long MaxBytes { get; init; }

    /// <summary>The maximum size of dead letters and held events together, in bytes as the outbox counts them.</summary>
    public required long MaxDeadLetterBytes { get; init; }

    /// <summary>The clock for the time at which the outbox received an event, and for the event's age. It stands still unless the case moves it.</summary>
    public required TimeProvider TimeProvider { get; init; }
}
