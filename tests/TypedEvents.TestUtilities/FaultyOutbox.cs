using System.Collections.Concurrent;

namespace TypedEvents.TestUtilities;

/// <summary>An outbox of which some calls fail for as long as a test wants, as if its disk were gone.</summary>
public sealed class FaultyOutbox(TimeProvider clock) : DelegatingOutbox(new MemoryOutbox(timeProvider: clock))
{
    private volatile bool _failsToClaim;
    private volatile bool _failsToTellPositions;
    private volatile bool _failsToClose;
    private volatile bool _failsToDispose;
    private volatile bool _failsToTellStatistics;
    private int _claims;
    private int _targetsToReject;

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

    public bool FailsToTellStatistics
    {
        get => _failsToTellStatistics;
        set => _failsToTellStatistics = value;
    }

    /// <summary>How many attempts to add a target fail from now on.</summary>
    public int TargetsToReject
    {
        get => Volatile.Read(ref _targetsToReject);
        set => Volatile.Write(ref _targetsToReject, value);
    }

    /// <summary>The targets that were added.</summary>
    public ConcurrentQueue<OutboxTarget> AddedTargets { get; } = [];

    public bool FailsToClose
    {
        get => _failsToClose;
        set => _failsToClose = value;
    }

    public bool FailsToDispose
    {
        get => _failsToDispose;
        set => _failsToDispose = value;
    }

    /// <summary>The number of attempts to claim.</summary>
    public int Claims => Volatile.Read(ref _claims);

    public bool IsDisposed { get; private set; }

    /// <summary>Whether an append neither ends nor heeds its token.</summary>
    public bool AppendsNever { get; init; }

    public override ValueTask<int> AppendAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken) =>
        AppendsNever ? new ValueTask<int>(new TaskCompletionSource<int>().Task) : base.AppendAsync(blocks, cancellationToken);

    public override ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _claims);
        ThrowIf(FailsToClaim);
        return base.TryClaimAsync(cancellationToken);
    }

    public override ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken)
    {
        ThrowIf(FailsToTellPositions);
        return base.GetPositionsAsync(cancellationToken);
    }

    public override ValueTask AddTargetAsync(OutboxTarget target, CancellationToken cancellationToken)
    {
        ThrowIf(Interlocked.Decrement(ref _targetsToReject) >= 0);
        AddedTargets.Enqueue(target);
        return base.AddTargetAsync(target, cancellationToken);
    }

    public override ValueTask<OutboxStatistics?> GetStatisticsAsync(CancellationToken cancellationToken)
    {
        ThrowIf(FailsToTellStatistics);
        return base.GetStatisticsAsync(cancellationToken);
    }

    public override ValueTask<OutboxStatistics?> CloseAsync()
    {
        ThrowIf(FailsToClose);
        return base.CloseAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        // As an outbox that waits for its disk fails: after the call.
        await Task.Yield();
        IsDisposed = true;
        ThrowIf(FailsToDispose);
        await base.DisposeAsync();
    }

    private static void ThrowIf(bool fails)
    {
        if (fails)
        {
            throw new IOException("disk gone");
        }
    }
}
