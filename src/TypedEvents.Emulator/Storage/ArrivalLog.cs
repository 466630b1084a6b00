using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace TypedEvents.Emulator;

/// <summary>A log in the order of arrival. Callers can wait for a number of items, or follow it.</summary>
internal sealed class ArrivalLog<T>
{
    private readonly object _lock = new();
    private readonly List<T> _items = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];
    private readonly List<ChannelWriter<T>> _followers = [];
    private bool _closed;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _items.Count;
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

    /// <summary>Adds the items atomically: an observer sees all of them or none.</summary>
    public void Add(params IReadOnlyCollection<T> items)
    {
        lock (_lock)
        {
            _items.AddRange(items);
            foreach (ChannelWriter<T> follower in _followers)
            {
                foreach (T item in items)
                {
                    follower.TryWrite(item);
                }
            }

            _waiting.RemoveAll(waiting => _items.Count >= waiting.Count && waiting.Reached.TrySetResult());
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _items.Clear();
        }
    }

    public async Task<IReadOnlyList<T>> WaitAsync(int count, CancellationToken cancellationToken)
    {
        // Continuations must not run inside the lock.
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_items.Count >= count)
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

    /// <summary>Returns the present items, then each further one as it arrives, until the log is closed.</summary>
    public async IAsyncEnumerable<T> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateUnbounded<T>();
        lock (_lock)
        {
            foreach (T item in _items)
            {
                channel.Writer.TryWrite(item);
            }

            if (_closed)
            {
                channel.Writer.Complete();
            }
            else
            {
                _followers.Add(channel.Writer);
            }
        }

        try
        {
            await foreach (T item in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return item;
            }
        }
        finally
        {
            lock (_lock)
            {
                _followers.Remove(channel.Writer);
            }
        }
    }

    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            _followers.ForEach(follower => follower.TryComplete());
            foreach ((_, TaskCompletionSource reached) in _waiting)
            {
                reached.TrySetException(new ObjectDisposedException(nameof(EngageLabEmulator)));
            }
        }
    }
}
