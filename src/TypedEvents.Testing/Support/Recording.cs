namespace TypedEvents.Testing;

/// <summary>The recorded calls in their order, and those who wait for further ones. Thread-safe.</summary>
internal sealed class Recording
{
    private readonly object _lock = new();
    private readonly List<IWaiter> _waiters = [];
    private List<RecordedEvent> _events = [];
    private Node _first = new();
    private Node _last;
    private bool _isEnded;

    public Recording() => _last = _first;

    /// <summary>Adds a call. Those who wait for it continue on the thread pool, after this returns.</summary>
    public void Add(RecordedEvent recorded)
    {
        lock (_lock)
        {
            _events.Add(recorded);
            _waiters.RemoveAll(waiter => waiter.Offer(recorded));
            Node added = _last;
            _last = new Node();
            added.Complete(recorded, _last);
        }
    }

    /// <summary>Returns a copy of what was recorded, and forgets it if <paramref name="clear"/> says so; no call is lost between the two.</summary>
    public RecordedEvent[] Snapshot(bool clear = false)
    {
        lock (_lock)
        {
            RecordedEvent[] copy = [.. _events];
            if (clear)
            {
                _events = [];
                _first = _last;
            }

            return copy;
        }
    }

    /// <summary>Waits until a number of events have met an expectation, those that are recorded already included.</summary>
    public Task<IReadOnlyList<RecordedEvent<TEvent>>> WaitAsync<TEvent>(Expectation<TEvent> expectation, int count)
        where TEvent : IEngageEvent<TEvent>
    {
        var waiter = new Waiter<TEvent>(expectation, count);
        lock (_lock)
        {
            if (!_events.Exists(waiter.Offer))
            {
                if (_isEnded)
                {
                    waiter.End();
                }
                else
                {
                    _waiters.Add(waiter);
                }
            }
        }

        return waiter.Found;
    }

    /// <summary>Forgets somebody who waits no longer.</summary>
    public void Forget(Task waiting)
    {
        lock (_lock)
        {
            _waiters.RemoveAll(waiter => waiter.Waiting == waiting);
        }
    }

    /// <summary>The calls from the first recorded one on, as they are made, until the end.</summary>
    public async IAsyncEnumerable<RecordedEvent> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Node node;
        lock (_lock)
        {
            node = _first;
        }

        while (await node.Completed.WaitAsync(cancellationToken).ConfigureAwait(false) is { } link)
        {
            yield return link.Recorded;
            node = link.Next;
        }
    }

    /// <summary>Ends all waiting: there will be no further calls.</summary>
    public void End()
    {
        lock (_lock)
        {
            _isEnded = true;
            _waiters.ForEach(waiter => waiter.End());
            _waiters.Clear();
            _last.End();
        }
    }

    /// <summary>Somebody who waits for calls.</summary>
    private interface IWaiter
    {
        /// <summary>Ends when the waiting does.</summary>
        Task Waiting { get; }

        /// <summary>Looks at a call.</summary>
        /// <returns>Whether the waiting is over.</returns>
        bool Offer(RecordedEvent recorded);

        void End();
    }

    private sealed class Waiter<TEvent>(Expectation<TEvent> expectation, int count) : IWaiter
        where TEvent : IEngageEvent<TEvent>
    {
        private readonly List<RecordedEvent<TEvent>> _found = [];

        private readonly TaskCompletionSource<IReadOnlyList<RecordedEvent<TEvent>>> _all = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<IReadOnlyList<RecordedEvent<TEvent>>> Found => _all.Task;

        public Task Waiting => _all.Task;

        public bool Offer(RecordedEvent recorded)
        {
            try
            {
                if (expectation.IsMet(recorded))
                {
                    _found.Add((RecordedEvent<TEvent>)recorded);
                }
            }
#pragma warning disable CA1031 // The predicate belongs to the test, which gets the exception; the code that tracks must not.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                return _all.TrySetException(exception);
            }

            return _found.Count == count && _all.TrySetResult(_found);
        }

        public void End() => _all.TrySetCanceled();
    }

    /// <summary>A place in the order of the calls, for those who read them as they are made.</summary>
    private sealed class Node
    {
        private readonly TaskCompletionSource<Link?> _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Link?> Completed => _completed.Task;

        public void Complete(RecordedEvent recorded, Node next) => _completed.TrySetResult(new Link(recorded, next));

        public void End() => _completed.TrySetResult(null);
    }

    private sealed record Link(RecordedEvent Recorded, Node Next);
}
