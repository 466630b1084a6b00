namespace TypedEvents;

/// <summary>Those who wait for events to be settled, and what they are told.</summary>
/// <remarks>
/// The order is a promise: the targets are read before the lanes are filled, and the positions after everything else of the step. The
/// other way round, events that were appended in between would be waited for and not be seen pending, as if they were settled.
/// </remarks>
internal sealed class FlushCoordinator
{
    private readonly object _lock = new();
    private readonly List<PendingFlush> _flushes = [];
    private bool _hasEnded;

    /// <summary>Whether nobody waits: then a batch may wait until it is full.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _flushes.Count == 0;
            }
        }
    }

    public PendingFlush Add(bool isPatient)
    {
        var flush = new PendingFlush(isPatient);
        lock (_lock)
        {
            if (_hasEnded)
            {
                flush.Complete(FlushOutcome.TimedOut);
            }

            _flushes.Add(flush);
        }

        return flush;
    }

    public void Remove(PendingFlush flush)
    {
        lock (_lock)
        {
            _flushes.Remove(flush);
        }
    }

    public FlushSnapshot Snapshot()
    {
        PendingFlush[] flushes;
        lock (_lock)
        {
            flushes = [.. _flushes];
        }

        return new FlushSnapshot(flushes, Array.ConvertAll(flushes, flush => flush.Target));
    }

    /// <summary>Completes those who have nothing to wait for any more.</summary>
    /// <param name="snapshot">Who waited for what when the step began.</param>
    /// <param name="progress">What keeps the rest from being settled.</param>
    /// <param name="positions">How far the outbox is at the end of the step.</param>
    /// <param name="onCompleting">Is told the outcome of each before the one who waits.</param>
    public static void Complete(FlushSnapshot snapshot, FlushProgress progress, OutboxPositions positions, Action<FlushOutcome, OutboxPositions> onCompleting)
    {
        for (int i = 0; i < snapshot.Flushes.Length; i++)
        {
            PendingFlush flush = snapshot.Flushes[i];
            if (FindOutcome(snapshot.Targets[i], flush.IsPatient, progress, positions) is { } outcome)
            {
                onCompleting(outcome, positions);
                flush.Complete(outcome);
            }
        }
    }

    /// <summary>Nothing is delivered any more.</summary>
    public void End()
    {
        lock (_lock)
        {
            _hasEnded = true;
        }

        foreach (PendingFlush flush in Snapshot().Flushes)
        {
            flush.Complete(FlushOutcome.TimedOut);
        }
    }

    /// <returns><see langword="null"/>: there is something to wait for.</returns>
    private static FlushOutcome? FindOutcome(long? target, bool isPatient, FlushProgress progress, OutboxPositions positions)
    {
        bool isHalted = !isPatient && progress.IsHalted;
        if (target is not { } last)
        {
            return isHalted ? FlushOutcome.Blocked : null;
        }

        if (positions.OldestPending <= last)
        {
            bool isForServer = isPatient && progress.IsRegistrationHalted;
            return isHalted || (!isForServer && progress.IsIdle(last)) ? FlushOutcome.Blocked : null;
        }

        return positions.OldestHeld <= last ? FlushOutcome.Blocked : FlushOutcome.Settled;
    }
}
