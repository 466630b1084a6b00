using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>
/// Calls the application back for dead letters, one after the other on the thread pool. Nobody waits for it: a callback that hangs holds up no
/// delivery, and what comes to more than a thousand until then is dropped.
/// </summary>
internal sealed class DeadLetterNotifier(Action<DeadLetteredEvent> callback, ILogger logger)
{
    private const int MaxQueued = 1000;

    private readonly ConcurrentQueue<DeadLetteredEvent> _queue = new();
    private int _queued;
    private int _isRunning;
    private int _hasLoggedDrop;
    private int _hasLoggedFailure;

    /// <summary>Copies events, before they are settled: their memory may be used again after that.</summary>
    public static DeadLetteredEvent[] Copy(IReadOnlyList<OutboxEvent> events, DeadLetterReason reason)
    {
        var copies = new DeadLetteredEvent[events.Count];
        for (int i = 0; i < copies.Length; i++)
        {
            OutboxEvent settled = events[i];
            copies[i] = new DeadLetteredEvent
            {
                Position = settled.Position,
                EventName = settled.EventName,
                AppKey = settled.AppKey,
                User = settled.User,
                Json = settled.Json.ToArray(),
                Reason = reason,
            };
        }

        return copies;
    }

    /// <summary>The events are dead letters now.</summary>
    public void Notify(DeadLetteredEvent[] events)
    {
        foreach (DeadLetteredEvent one in events)
        {
            if (Interlocked.Increment(ref _queued) > MaxQueued)
            {
                Interlocked.Decrement(ref _queued);
                if (Interlocked.Exchange(ref _hasLoggedDrop, 1) == 0)
                {
                    Log.DeadLetterCallbackBehind(logger, MaxQueued);
                }
            }
            else
            {
                _queue.Enqueue(one);
            }
        }

        Start();
    }

    private void Start()
    {
        if (!_queue.IsEmpty && Interlocked.Exchange(ref _isRunning, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static notifier => notifier.Run(), this, preferLocal: false);
        }
    }

    private void Run()
    {
        while (_queue.TryDequeue(out DeadLetteredEvent? next))
        {
            Interlocked.Decrement(ref _queued);
            try
            {
                callback(next);
            }
#pragma warning disable CA1031 // The callback is the user's code.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                if (Interlocked.Exchange(ref _hasLoggedFailure, 1) == 0)
                {
                    Log.DeadLetterCallbackFailed(logger, exception);
                }
            }
        }

        Volatile.Write(ref _isRunning, 0);

        // What was queued in between saw it run.
        Start();
    }
}
