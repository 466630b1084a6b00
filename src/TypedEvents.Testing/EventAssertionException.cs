namespace TypedEvents.Testing;

/// <summary>
/// An assertion of a <see cref="RecordingTracker"/> failed. The message contains the expectation, the nearest miss, and the recorded events. Every test
/// framework reports it as a failure.
/// </summary>
public sealed class EventAssertionException : Exception
{
    /// <summary>Creates an exception.</summary>
    /// <param name="message">What was expected, and what was found.</param>
    /// <param name="recorded">What was recorded until then.</param>
    public EventAssertionException(string message, IReadOnlyList<RecordedEvent> recorded)
        : base(message)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        Recorded = recorded;
    }

    /// <summary>What was recorded until the assertion failed, in the order of the calls.</summary>
    public IReadOnlyList<RecordedEvent> Recorded { get; }
}
