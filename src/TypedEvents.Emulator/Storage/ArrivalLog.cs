using System.Runtime.CompilerServices;

namespace TypedEvents.Emulator;

/// <summary>
/// A log in the order of arrival. Callers can wait for a number of items, or follow it. It is bounded: the oldest items are dropped when
/// there are more than <paramref name="maxItems"/>, or when together they are larger than <paramref name="maxBytes"/>. The newest item is
/// always stored.
/// </summary>
/// <param name="maxItems">The maximum number of items.</param>
/// <param name="maxBytes">The maximum size of all items.</param>
/// <param name="sizeOf">Returns the size of an item. It must not change.</param>
/// <param name="onDropped">Called for each dropped item, within the log's lock.</param>
internal sealed class ArrivalLog<T>(int maxItems, long maxBytes, Func<T, long> sizeOf, Action<T>? onDropped = null)
    where T : class
{
    private readonly object _lock = new();
    private readonly Queue<T> _items = new();
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];

    // Positions count all items since the start, also across Clear. The first stored item is at _end - _items.Count.
    private long _end;
    private long _bytes;
    private int _arrived;
    private bool _closed;
    private TaskCompletionSource? _changed;

    /// <summary>The number of items that arrived since the start or the last <see cref="Clear"/>, including dropped ones.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _arrived;
            }
        }
    }

    /// <summary>The number of items that were dropped since the start or the last <see cref="Clear"/>.</summary>
    public int Dropped
    {
        get
        {
            lock (_lock)
            {
                return _arrived - _items.Count;
            }
        }
    }

    public T[] Snapshot()
    {
        lock (_lock)
        {
            return [.. _items];
        }
    }

    /// <summary>Adds the items atomically: an observer sees all of them or none, except those that the bound drops.</summary>
    public void Add(params IReadOnlyCollection<T> items)
    {
        lock (_lock)
        {
            foreach (T item in items)
            {
                _items.Enqueue(item);
                _bytes += sizeOf(item);
                _end++;
                _arrived = _arrived == int.MaxValue ? _arrived : _arrived + 1;
            }

            while (_items.Count > maxItems || (_bytes > maxBytes && _items.Count > 1))
            {
                T oldest = _items.Dequeue();
                _bytes -= sizeOf(oldest);
                onDropped?.Invoke(oldest);
            }

            _waiting.RemoveAll(waiting => _arrived >= waiting.Count && waiting.Reached.TrySetResult());
            SignalChange();
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _items.Clear();
            _bytes = 0;
            _arrived = 0;
        }
    }

    public async Task<IReadOnlyList<T>> WaitAsync(int count, CancellationToken cancellationToken)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_arrived >= count)
            {
                return [.. _items];
            }

            ObjectDisposedException.ThrowIf(_closed, typeof(EngageLabEmulator));
            _waiting.Add((count, reached));
        }

        try
        {
            await reached.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                _waiting.Remove((count, reached));
            }
        }

        return Snapshot();
    }

    /// <summary>
    /// Returns the present items, then each further one as it arrives, until the log is closed. Items that are dropped or cleared before
    /// the caller has read them are skipped: a slow reader doesn't keep them in memory.
    /// </summary>
    public async IAsyncEnumerable<T> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long position = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            T[] unread;
            Task? change = null;
            lock (_lock)
            {
                long start = _end - _items.Count;
                unread = [.. _items.Skip((int)Math.Max(0, position - start))];
                position = _end;
                if (unread.Length == 0)
                {
                    if (_closed)
                    {
                        yield break;
                    }

                    change = (_changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                }
            }

            foreach (T item in unread)
            {
                yield return item;
            }

            if (change is not null)
            {
                await change.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            SignalChange();
            foreach ((_, TaskCompletionSource reached) in _waiting)
            {
                reached.TrySetException(new ObjectDisposedException(nameof(EngageLabEmulator)));
            }
        }
    }

    private void SignalChange()
    {
        _changed?.TrySetResult();
        _changed = null;
    }
}
