namespace TypedEvents;

/// <summary>Somebody who waits until all events up to a position are settled.</summary>
internal sealed class FlushWaiter
{
    private readonly TaskCompletionSource<FlushOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The last event that is waited for; <see langword="null"/> while the outbox doesn't have it yet.</summary>
    public long? Target { get; set; }

    public Task<FlushOutcome> Outcome => _outcome.Task;

    public void Complete(FlushOutcome outcome) => _outcome.TrySetResult(outcome);
}
