namespace TypedEvents;

/// <summary>Those who wait for events to be settled.</summary>
internal sealed class FlushCoordinator
{
    private readonly object _lock = new();
    private readonly List<PendingFlush> _waiters = [];
    private bool _hasEnded;

    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _waiters.Count == 0;
            }
        }
    }

    public PendingFlush Add(bool isPatient)
    {
        var waiter = new PendingFlush(isPatient);
        lock (_lock)
        {
            if (_hasEnded)
            {
                waiter.Complete(FlushOutcome.TimedOut);
            }

            _waiters.Add(waiter);
        }

        return waiter;
    }

    public void Remove(PendingFlush waiter)
    {
        lock (_lock)
        {
            _waiters.Remove(waiter);
        }
    }

    public PendingFlush[] Snapshot()
    {
        lock (_lock)
        {
            return [.. _waiters];
        }
    }

    /// <summary>Nothing is delivered any more.</summary>
    public void End()
    {
        lock (_lock)
        {
            _hasEnded = true;
        }

        foreach (PendingFlush waiter in Snapshot())
        {
            waiter.Complete(FlushOutcome.TimedOut);
        }
    }
}
