namespace TypedEvents;

/// <summary>Those who wait for events to be settled.</summary>
internal sealed class FlushWaiters
{
    private readonly object _lock = new();
    private readonly List<FlushWaiter> _waiters = [];
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

    public FlushWaiter Add(bool isPatient)
    {
        var waiter = new FlushWaiter(isPatient);
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

    public void Remove(FlushWaiter waiter)
    {
        lock (_lock)
        {
            _waiters.Remove(waiter);
        }
    }

    public FlushWaiter[] Snapshot()
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

        foreach (FlushWaiter waiter in Snapshot())
        {
            waiter.Complete(FlushOutcome.TimedOut);
        }
    }
}
