namespace TypedEvents.TestUtilities;

/// <summary>An outbox that accepts nothing while it is blocked, like one whose disk is full or failing.</summary>
public sealed class BlockableOutbox(IEventOutbox inner) : DelegatingOutbox(inner)
{
    private readonly TaskCompletionSource _rejected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isOpen = true;

    public bool IsOpen
    {
        get => _isOpen;
        set => _isOpen = value;
    }

    /// <summary>The exception that a blocked outbox throws; <see langword="null"/>: it has no room.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Completes when it has rejected an append for the first time.</summary>
    public Task Rejected => _rejected.Task;

    /// <summary>Called for each append that it rejects.</summary>
    public Action? OnRejected { get; set; }

    public override ValueTask<int> AppendAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken)
    {
        if (IsOpen)
        {
            return base.AppendAsync(blocks, cancellationToken);
        }

        _rejected.TrySetResult();
        OnRejected?.Invoke();
        return Failure is null ? ValueTask.FromResult(0) : ValueTask.FromException<int>(Failure);
    }
}
