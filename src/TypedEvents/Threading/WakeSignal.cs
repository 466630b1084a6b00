using System.Runtime.CompilerServices;

namespace TypedEvents;

/// <summary>
/// Wakes one background loop: when it is set, or after a time by the tracker's clock. It may wake the loop too often, but never misses a signal.
/// The loop awaits the signal itself after <see cref="WakeAfter"/>, without an allocation.
/// </summary>
internal sealed class WakeSignal : ICriticalNotifyCompletion, IDisposable
{
    private readonly object _lock = new();
    private readonly ITimer _timer;
    private readonly WorkObserver? _observer;
    private Action? _loop;
    private bool _isSet;
    private bool _isQueued;
    private bool _isAtWork = true;

    /// <param name="clock">The clock of <see cref="WakeAfter"/>.</param>
    /// <param name="observer">Is told when the loop is at work and when it waits; it is at work to begin with.</param>
    public WakeSignal(TimeProvider clock, WorkObserver? observer = null)
    {
        _observer = observer;
        _timer = DetachedContext.CreateTimer(clock, static signal => ((WakeSignal)signal!).Set(), this);
        _observer?.NoteLoopAtWork();
    }

    /// <summary>Whether the signal is set, so that the loop doesn't have to wait; reading it resets it.</summary>
    public bool IsCompleted
    {
        get
        {
            lock (_lock)
            {
                bool isSet = _isSet;
                _isSet = false;
                return isSet;
            }
        }
    }

    /// <summary>Wakes the loop on a thread of the pool.</summary>
    public void Set()
    {
        lock (_lock)
        {
            if (_loop is null)
            {
                _isSet = true;
                return;
            }

            if (_isQueued)
            {
                return;
            }

            _isQueued = true;
            NoteAtWork(true);
        }

        // The continuation stays here until a thread takes it: the pool may have no free thread, and then RunHere takes it.
        ThreadPool.UnsafeQueueUserWorkItem(static signal => signal.RunQueued(), this, preferLocal: false);
    }

    /// <summary>Runs the loop on this thread, if it is waiting.</summary>
    public void RunHere() => TakeLoop()?.Invoke();

    /// <summary>Wakes the loop on this thread if it is a pool thread that has nothing else to do: no other one has to be woken.</summary>
    public void SetAndContinue()
    {
        if (!Thread.CurrentThread.IsThreadPoolThread)
        {
            Set();
        }
        else
        {
            TakeLoop()?.Invoke();
        }
    }

    /// <summary>Wakes the loop after the given time at the latest.</summary>
    /// <param name="timeout">The time; <see cref="Timeout.InfiniteTimeSpan"/> without a limit.</param>
    public WakeSignal WakeAfter(TimeSpan timeout)
    {
        // Timers count whole milliseconds: rounded down, one would wake the loop repeatedly just before its time.
        _timer.Change(
            timeout == Timeout.InfiniteTimeSpan ? timeout : TimeSpan.FromMilliseconds(Math.Ceiling(timeout.TotalMilliseconds)),
            Timeout.InfiniteTimeSpan);
        return this;
    }

    public WakeSignal GetAwaiter() => this;

    public void GetResult()
    {
    }

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation)
    {
        lock (_lock)
        {
            _loop = continuation;
            if (!_isSet)
            {
                NoteAtWork(false);
                return;
            }

            _isSet = false;
        }

        Set();
    }

    /// <summary>The loop has ended, and waits no more.</summary>
    public void End()
    {
        lock (_lock)
        {
            NoteAtWork(false);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void RunQueued()
    {
        Action? loop;
        lock (_lock)
        {
            _isQueued = false;
            loop = _loop;
            _loop = null;
        }

        loop?.Invoke();
    }

    private Action? TakeLoop()
    {
        lock (_lock)
        {
            Action? loop = _loop;
            _loop = null;
            _isSet = loop is null;
            NoteAtWork(_isAtWork || loop is not null);
            return loop;
        }
    }

    /// <summary>Under the lock, so that the observer is told in the order in which it happens.</summary>
    private void NoteAtWork(bool isAtWork)
    {
        if (_observer is not null && isAtWork != _isAtWork)
        {
            _isAtWork = isAtWork;
            if (isAtWork)
            {
                _observer.NoteLoopAtWork();
            }
            else
            {
                _observer.NoteLoopWaiting();
            }
        }
    }
}
