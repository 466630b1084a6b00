namespace TypedEvents.Tests;

/// <summary>An outbox whose disk is gone for some of its calls, for as long as a test wants.</summary>
internal sealed class FaultyOutbox : IEventOutbox
{
    private readonly MemoryOutbox _inner = new();
    private volatile bool _failsToClaim;
    private volatile bool _failsToTellPositions;
    private volatile bool _failsToClose;
    private int _claims;

    public bool FailsToClaim
    {
        get => _failsToClaim;
        set => _failsToClaim = value;
    }

    public bool FailsToTellPositions
    {
        get => _failsToTellPositions;
        set => _failsToTellPositions = value;
    }

    public bool FailsToClose
    {
        get => _failsToClose;
        set => _failsToClose = value;
    }

    /// <summary>How often a claim was asked for.</summary>
    public int Claims => Volatile.Read(ref _claims);

    public bool IsDisposed { get; private set; }

    public ValueTask<bool> TryAppendAsync(EventBlock block, CancellationToken cancellationToken) => _inner.TryAppendAsync(block, cancellationToken);

    public ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _claims);
        ThrowIf(FailsToClaim);
        return _inner.TryClaimAsync(cancellationToken);
    }

    public ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken)
    {
        ThrowIf(FailsToTellPositions);
        return _inner.GetPositionsAsync(cancellationToken);
    }

    public ValueTask<OutboxAccount> GetAccountAsync(CancellationToken cancellationToken) => _inner.GetAccountAsync(cancellationToken);

    public ValueTask<OutboxAccount> CloseAsync()
    {
        ThrowIf(FailsToClose);
        return _inner.CloseAsync();
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return _inner.DisposeAsync();
    }

    private static void ThrowIf(bool fails)
    {
        if (fails)
        {
            throw new IOException("disk gone");
        }
    }
}
