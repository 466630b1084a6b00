using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace TypedEvents.TestUtilities;

/// <summary>
/// A clock that stands still until a test lets it run, and then runs fifty times as fast as real time, but only while those who go by it
/// wait: neither while a request is under way, as loopback takes its own time, nor while a loop of a tracker is at work. The trackers say
/// so themselves (<see cref="WorkObserver"/>). However long a thread is kept from running, no attempt is timed out by that, and nobody who
/// was to act at a time acts much later.
/// </summary>
public sealed class PacedClock : IDisposable
{
    private static readonly TimeSpan RealTimeOfStep = TimeSpan.FromMilliseconds(1);

    /// <summary>How long it stands still for a loop at most: one may wait for something that the test does later.</summary>
    private static readonly TimeSpan PatienceWithLoops = TimeSpan.FromSeconds(10);

    /// <summary>How long a test may wait, in real time: one that waits for what never happens fails, and doesn't keep the others from ending.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(4);

    private readonly TimerRecorder _time = new();
    private readonly WorkCounter _work = new();

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
        options.Observer = _work;
    }

    /// <summary>Waits until somebody has begun to wait for so long.</summary>
    public Task WaitForTimerAsync(TimeSpan dueTime) => WaitUntilAsync(() => _time.HasSeen(dueTime));

    /// <summary>Lets the clock run until something has happened.</summary>
    /// <param name="happening">What is waited for.</param>
    /// <param name="isServerHanging">Whether the clock runs although a request is under way, because nobody will answer it.</param>
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

    /// <summary>Lets the clock run, although nobody answers, until this number of attempts has ended since the beginning, and no further.</summary>
    public Task RunUntilEndedAsync(int attempts) => RunUntilAsync(() => ValueTask.FromResult(_work.RequestsEnded >= attempts), isServerHanging: true);

    /// <summary>Moves the clock in one step, as a machine that slept, once neither a request is under way nor a loop at work.</summary>
    public async Task JumpAsync(TimeSpan duration)
    {
        using var pace = new PeriodicTimer(RealTimeOfStep);
        long asked = Stopwatch.GetTimestamp();
        while (_work.Requests > 0 || IsLoopAtWork(asked))
        {
            ThrowIfTooLong(asked);
            await pace.WaitForNextTickAsync(Trackers.Cancellation);
        }

        Time.Advance(duration);
    }

    public void Dispose() => Client.Dispose();

    private async Task RunUntilAsync(Func<ValueTask<bool>> isSo, bool isServerHanging)
    {
        using var pace = new PeriodicTimer(RealTimeOfStep);
        long began = Stopwatch.GetTimestamp();
        long advanced = began;
        while (!await isSo())
        {
            ThrowIfTooLong(began);
            await pace.WaitForNextTickAsync(Trackers.Cancellation);
            if (!IsLoopAtWork(advanced) && (isServerHanging || _work.Requests == 0))
            {
                Time.Advance(Step);
                advanced = Stopwatch.GetTimestamp();
            }
        }
    }

    private void ThrowIfTooLong(long began)
    {
        if (Stopwatch.GetElapsedTime(began) > LongestWait)
        {
            throw new TimeoutException(
                $"It didn't happen within {LongestWait.TotalMinutes:0} minutes: {_work.Requests} requests are under way, {_work.LoopsAtWork} loops are at work, and the clock is at {Time.GetUtcNow():O}.");
        }
    }

    private bool IsLoopAtWork(long since) => _work.LoopsAtWork > 0 && Stopwatch.GetElapsedTime(since) < PatienceWithLoops;

    private async Task WaitUntilAsync(Func<bool> isSo)
    {
        using var pace = new PeriodicTimer(RealTimeOfStep);
        long began = Stopwatch.GetTimestamp();
        while (!isSo())
        {
            ThrowIfTooLong(began);
            await pace.WaitForNextTickAsync(Trackers.Cancellation);
        }
    }

    /// <summary>Counts what is at work, over all trackers.</summary>
    private sealed class WorkCounter : WorkObserver
    {
        private int _loopsAtWork;
        private int _requests;
        private int _requestsEnded;

        public int LoopsAtWork => Volatile.Read(ref _loopsAtWork);

        /// <summary>How many requests are under way.</summary>
        public int Requests => Volatile.Read(ref _requests);

        public int RequestsEnded => Volatile.Read(ref _requestsEnded);

        public override void NoteLoopAtWork() => Interlocked.Increment(ref _loopsAtWork);

        public override void NoteLoopWaiting() => Interlocked.Decrement(ref _loopsAtWork);

        public override void NoteRequestBegan() => Interlocked.Increment(ref _requests);

        public override void NoteRequestEnded()
        {
            Interlocked.Increment(ref _requestsEnded);
            Interlocked.Decrement(ref _requests);
        }
    }

    /// <summary>Remembers which times were waited for.</summary>
    private sealed class TimerRecorder() : FakeTimeProvider(Trackers.FakeClock().GetUtcNow())
    {
        private readonly Lock _lock = new();
        private readonly HashSet<TimeSpan> _seen = [];

        public bool HasSeen(TimeSpan dueTime)
        {
            lock (_lock)
            {
                return _seen.Contains(dueTime);
            }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            lock (_lock)
            {
                _seen.Add(dueTime);
            }

            return timer;
        }
    }
}
