using System.Runtime.CompilerServices;

namespace TypedEvents;

/// <summary>
/// Wakes one background loop: when it is set, or when the time is up by the tracker's clock. It may wake too often, never too seldom.
/// The loop awaits it itself, after <see cref="WakeAfter"/>, and nothing is allocated for that.
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

    /// <summary>Whether the loop needn't wait; if so, that is used up.</summary>
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

        // The loop stays where it is until a thread has it: none may be free, and who can't wait for one runs it himself.
        ThreadPool.UnsafeQueueUserWorkItem(static signal => signal.RunQueued(), this, preferLocal: false);
    }

    /// <summary>Runs the loop on this thread, if it waits.</summary>
    public void RunHere() => TakeLoop()?.Invoke();

    /// <summary>Wakes the loop on this thread if it is one of the pool, which has come to its end: no other one needs to be woken for it.</summary>
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

    /// <summary>Wakes the loop after a time at the latest.</summary>
    /// <param name="timeout">The time; <see cref="Timeout.InfiniteTimeSpan"/> without a limit.</param>
    public WakeSignal WakeAfter(TimeSpan timeout)
    {
        // A timer counts whole milliseconds and drops the rest: rounded down, it would wake the loop again and again before its time.
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
