namespace TypedEvents;

/// <summary>Somebody who waits until all events up to a position are settled.</summary>
/// <param name="isPatient">Whether it goes on waiting where only the server, or the way there, keeps events from being settled.</param>
internal sealed class PendingFlush(bool isPatient)
{
    private const long Unknown = -1;

    private readonly TaskCompletionSource<FlushOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private long _target = Unknown;

    /// <summary>
    /// The last event that is waited for; <see langword="null"/> while the outbox doesn't have it yet. One thread sets it while
    /// another one reads it: a field of type <c>long?</c> could be read half written.
    /// </summary>
    public long? Target
    {
        get => Volatile.Read(ref _target) is var target and not Unknown ? target : null;
        set => Volatile.Write(ref _target, value ?? Unknown);
    }

    /// <summary>Whether it goes on waiting where only the server, or the way there, keeps events from being settled.</summary>
    public bool IsPatient => isPatient;

    public Task<FlushOutcome> Outcome => _outcome.Task;

    public void Complete(FlushOutcome outcome) => _outcome.TrySetResult(outcome);
}
