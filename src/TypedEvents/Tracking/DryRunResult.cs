namespace TypedEvents;

/// <summary>The result of <see cref="EventDryRun.Run"/>.</summary>
public sealed record DryRunResult
{
    /// <summary>
    /// What a tracker with room in its buffer would return. A value that fails validation under <see cref="ValidationFailurePolicy.Throw"/> is
    /// <see cref="TrackResult.Invalid"/>; <see cref="Exception"/> is what the tracker would throw.
    /// </summary>
    public required TrackResult Result { get; init; }

    /// <summary>The event's name at EngageLab; the name of its type if a static initializer of the type threw.</summary>
    public required string EventName { get; init; }

    /// <summary>Why <see cref="Result"/> isn't <see cref="TrackResult.Accepted"/>, as a sentence; <see langword="null"/> if it is.</summary>
    public string? Problem { get; init; }

    /// <summary>What a getter, a static initializer or the filter threw, or an <see cref="EventValidationException"/>; otherwise <see langword="null"/>.</summary>
    public Exception? Exception { get; init; }

    /// <summary>
    /// The event as it would be sent, in UTF-8; empty unless it is accepted. The EUID of a user with an external id is <c>null</c>: the tracker gets it
    /// from EngageLab before it sends the event.
    /// </summary>
    public ReadOnlyMemory<byte> Json { get; init; }
}
