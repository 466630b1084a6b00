namespace TypedEvents.Tests;

/// <summary>An outbox that takes nothing while it is shut, as one whose disk is full or failing.</summary>
internal sealed class GatedOutbox(IEventOutbox inner) : DelegatingOutbox(inner)
{
    private volatile bool _isOpen = true;

    public bool IsOpen
    {
        get => _isOpen;
        set => _isOpen = value;
    }

    /// <summary>What a shut outbox throws; <see langword="null"/>: it has no room.</summary>
    public Exception? Failure { get; set; }

    public override ValueTask<int> AppendAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken) =>
        IsOpen ? base.AppendAsync(blocks, cancellationToken)
        : Failure is null ? ValueTask.FromResult(0)
        : ValueTask.FromException<int>(Failure);
}
