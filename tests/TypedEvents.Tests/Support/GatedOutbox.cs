namespace TypedEvents.Tests;

/// <summary>An outbox that takes nothing while it is shut, as one whose disk is full or failing.</summary>
internal sealed class GatedOutbox(IEventOutbox inner) : IEventOutbox
{
    private volatile bool _isOpen = true;

    public bool IsOpen
    {
        get => _isOpen;
        set => _isOpen = value;
    }

    /// <summary>What a shut outbox throws; <see langword="null"/>: it has no room.</summary>
    public Exception? Failure { get; set; }

    public ValueTask<bool> TryAppendAsync(EventBlock block, CancellationToken cancellationToken) =>
        IsOpen ? inner.TryAppendAsync(block, cancellationToken)
        : Failure is null ? ValueTask.FromResult(false)
        : ValueTask.FromException<bool>(Failure);

    public ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken) => inner.TryClaimAsync(cancellationToken);

    public ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken) => inner.GetPositionsAsync(cancellationToken);

    public ValueTask<OutboxAccount> GetAccountAsync(CancellationToken cancellationToken) => inner.GetAccountAsync(cancellationToken);

    public ValueTask<OutboxAccount> CloseAsync() => inner.CloseAsync();

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
