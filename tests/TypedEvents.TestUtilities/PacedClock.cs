using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace TypedEvents.TestUtilities;

/// <summary>
/// A clock that stands still until a test lets it run, and then runs fifty times as fast as real time, but only while those who go by it
/// wait: neither while an attempt is under way, as loopback takes its own time, nor while a loop is at work that it has woken. However
/// long a thread is kept from running, no attempt is timed out by that, and nobody who was to act at a time acts much later.
/// </summary>
public sealed class PacedClock : IDisposable
{
    private static readonly TimeSpan RealTimeOfStep = TimeSpan.FromMilliseconds(1);

    /// <summary>How long it stands still for a loop: one that has ended doesn't wait for the clock any more.</summary>
    private static readonly TimeSpan PatienceWithLoops = TimeSpan.FromSeconds(10);

    private readonly WatchedTime _time = new();

    /// <summary>How far it goes in a millisecond of real time: more for a test in which minutes pass.</summary>
    public TimeSpan Step { get; init; } = TimeSpan.FromMilliseconds(50);

    public FakeTimeProvider Time => _time;

    /// <summary>A client whose requests end by this clock alone.</summary>
    public HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Makes a tracker use the clock. It doesn't wait for anything when it is disposed, since nobody moves the clock then.</summary>
    public void Drive(EventTrackerOptions options)
    {
        options.TimeProvider = Time;
        options.HttpClient = Client;
        options.AttemptTimeout = TimeSpan.FromSeconds(10);
        options.FlushTimeout = TimeSpan.FromHours(1);
        options.ShutdownTimeout = TimeSpan.Zero;
        _time.Watch(options);
    }

    /// <summary>Waits until somebody has begun to wait for so long.</summary>
    public Task WaitForTimerAsync(TimeSpan dueTime) => WaitUntilAsync(() => _time.HasSeen(dueTime));

    /// <summary>Lets the clock run until something has happened.</summary>
    /// <param name="happening">What is waited for.</param>
    /// <param name="isServerHanging">Whether the clock runs although an attempt is under way, because nobody will answer it.</param>
    public async Task RunUntilAsync(Task happening, bool isServerHanging = false)
    {
        await RunUntilAsync(() => ValueTask.FromResult(happening.IsCompleted), isServerHanging);
        await happening;
    }

    /// <inheritdoc cref="RunUntilAsync(Task, bool)"/>
    public async Task<T> RunUntilAsync<T>(Task<T> happening, bool isServerHanging = false)
    {
        await RunUntilAsync((Task)happening, isServerHanging);
        return await happening;
    }

    /// <summary>Lets the clock run until something is so.</summary>
    public Task RunUntilAsync(Func<ValueTask<bool>> isSo) => RunUntilAsync(isSo, isServerHanging: false);

    /// <summary>Advances the clock although there are no responses, until a number of attempts have ended since the start, and no further.</summary>
    public Task RunUntilEndedAsync(int attempts) => RunUntilAsync(() => ValueTask.FromResult(_time.AttemptsEnded >= attempts), isServerHanging: true);

    public void Dispose() => Client.Dispose();

    private async Task RunUntilAsync(Func<ValueTask<bool>> isSo, bool isServerHanging)
    {
        using var pace = new PeriodicTimer(RealTimeOfStep);
        long advanced = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            await pace.WaitForNextTickAsync(Trackers.Cancellation);
            bool isLoopAtWork = _time.LoopsAtWork > 0 && Stopwatch.GetElapsedTime(advanced) < PatienceWithLoops;
            if (!isLoopAtWork && (isServerHanging || _time.Attempts == 0))
            {
                Time.Advance(Step);
                advanced = Stopwatch.GetTimestamp();
            }
        }
    }

    private static async Task WaitUntilAsync(Func<bool> isSo)
    {
        using var pace = new PeriodicTimer(RealTimeOfStep);
        while (!isSo())
        {
            await pace.WaitForNextTickAsync(Trackers.Cancellation);
        }
    }

    /// <summary>Knows by their timers who waits for it, and who is at work.</summary>
    private sealed class WatchedTime() : FakeTimeProvider(Trackers.FakeClock().GetUtcNow())
    {
        private readonly Lock _lock = new();
        private readonly List<EventTrackerOptions> _trackers = [];
        private readonly HashSet<TimeSpan> _seen = [];
        private int _attempts;
        private int _attemptsEnded;
        private int _loopsAtWork;

        /// <summary>How many attempts are under way.</summary>
        public int Attempts => Volatile.Read(ref _attempts);

        public int AttemptsEnded => Volatile.Read(ref _attemptsEnded);

        /// <summary>How many loops were woken and don't wait again yet.</summary>
        public int LoopsAtWork => Volatile.Read(ref _loopsAtWork);

        /// <param name="options">Of the tracker; its timeout of an attempt may still be set.</param>
        public void Watch(EventTrackerOptions options)
        {
            lock (_lock)
            {
                _trackers.Add(options);
            }
        }

        public bool HasSeen(TimeSpan dueTime)
        {
            lock (_lock)
            {
                return _seen.Contains(dueTime);
            }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            bool isAttempt;
            lock (_lock)
            {
                isAttempt = _trackers.Exists(options => options.AttemptTimeout == dueTime);
            }

            if (isAttempt)
            {
                Interlocked.Increment(ref _attempts);
            }

            // A loop has one timer, which it sets off again and again.
            var timer = new Timer(this, isAttempt, isLoop: dueTime == Timeout.InfiniteTimeSpan, callback, state);
            timer.Begin(base.CreateTimer(timer.OnTime, null, dueTime, period));
            lock (_lock)
            {
                _seen.Add(dueTime);
            }

            return timer;
        }

        private sealed class Timer(WatchedTime time, bool isAttempt, bool isLoop, TimerCallback callback, object? state) : ITimer
        {
            private ITimer? _inner;
            private bool _isPeriodic;
            private int _isAtWork;
            private int _isDisposed;

            public void Begin(ITimer inner) => _inner = inner;

            public void OnTime(object? nothing)
            {
                if (isLoop && !Volatile.Read(ref _isPeriodic) && Interlocked.Exchange(ref _isAtWork, 1) == 0)
                {
                    Interlocked.Increment(ref time._loopsAtWork);
                }

                callback(state);
            }

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                Volatile.Write(ref _isPeriodic, period != Timeout.InfiniteTimeSpan);
                EndWork();
                return _inner!.Change(dueTime, period);
            }

            public void Dispose()
            {
                _inner!.Dispose();
                if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
                {
                    EndWork();
                    if (isAttempt)
                    {
                        Interlocked.Increment(ref time._attemptsEnded);
                        Interlocked.Decrement(ref time._attempts);
                    }
                }
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }

            private void EndWork()
            {
                if (Interlocked.Exchange(ref _isAtWork, 0) != 0)
                {
                    Interlocked.Decrement(ref time._loopsAtWork);
                }
            }
        }
    }
}
