namespace TypedEvents.Outbox.Testing;

/// <summary>Which outbox a case of the contract needs.</summary>
public sealed record OutboxSpecification
{
    /// <summary>The least limit that a case asks for, in bytes: 64 KiB. Every outbox has to accept it.</summary>
    public const int MinBytes = 64 * 1024;

    /// <summary>
    /// Which outbox it is: 32 lowercase hexadecimal digits, fit for the name of a file or a schema. The first time that a case asks for a name
    /// it is a new, empty outbox. If it asks again, after it closed the first one, it is the same outbox, opened again, if that is durable.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>The largest number of bytes of pending events, held ones not counted, as the outbox counts them.</summary>
    public required long MaxBytes { get; init; }

    /// <summary>The largest number of bytes of dead letters and held events together, as the outbox counts them.</summary>
    public required long MaxDeadLetterBytes { get; init; }

    /// <summary>The clock that says when the outbox got an event and how old that is. It stands still unless the case moves it.</summary>
    public required TimeProvider TimeProvider { get; init; }
}
