using Microsoft.Extensions.Time.Testing;

namespace TypedEvents.Tests;

/// <summary>
/// The tracker's background work doesn't keep the caller's async locals alive, so that a request that creates a tracker can be collected, and
/// doesn't continue on the caller's thread, which may wait for the tracker.
/// </summary>
public sealed class DetachedContextTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_tracker_makes_its_timers_without_the_execution_context_of_its_caller(bool isSuppressedAlready)
    {
        var clock = new ContextRecorder();
        EventTracker tracker;
        using (isSuppressedAlready ? ExecutionContext.SuppressFlow() : default(IDisposable))
        {
            tracker = EventTracker.Create(options =>
            {
                options.ApiKey = "key-9d1f04";
                options.ApiSecret = "secret-77c2be";
                options.TimeProvider = clock;
                options.ShutdownTimeout = TimeSpan.Zero;
            });
        }

        await tracker.DisposeAsync();

        Assert.NotEmpty(clock.IsFlowSuppressed);
        Assert.All(clock.IsFlowSuppressed, Assert.True);
    }

    /// <summary>An outbox may await without <c>ConfigureAwait</c>, and user interfaces make trackers on the one thread that such an await needs.</summary>
    [Fact]
    public async Task An_outbox_is_opened_on_neither_the_synchronization_context_nor_the_scheduler_of_the_trackers_maker()
    {
        var outbox = new ContextOutbox();
        EventTracker tracker = await Task.Factory.StartNew(
            () =>
            {
                SynchronizationContext? before = SynchronizationContext.Current;
                var own = new SynchronizationContext();
                SynchronizationContext.SetSynchronizationContext(own);
                try
                {
                    EventTracker made = EventTracker.Create(options =>
                    {
                        options.ApiKey = "key-9d1f04";
                        options.ApiSecret = "secret-77c2be";
                        options.Outbox = outbox;
                        options.ShutdownTimeout = TimeSpan.Zero;
                    });
                    Assert.Same(own, SynchronizationContext.Current);
                    return made;
                }
                finally
                {
                    SynchronizationContext.SetSynchronizationContext(before);
                }
            },
            Trackers.Cancellation,
            TaskCreationOptions.None,
            new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler);

        Assert.Equal((true, null, TaskScheduler.Default), outbox.Opened);
        await tracker.DisposeAsync();
    }

    private sealed class ContextOutbox() : DelegatingOutbox(new MemoryOutbox())
    {
        public (bool IsOpened, SynchronizationContext? Context, TaskScheduler? Scheduler) Opened { get; private set; }

        public override ValueTask OpenAsync(OutboxOpening opening, CancellationToken cancellationToken)
        {
            Opened = (true, SynchronizationContext.Current, TaskScheduler.Current);
            return base.OpenAsync(opening, cancellationToken);
        }
    }

    private sealed class ContextRecorder : FakeTimeProvider
    {
        private readonly List<bool> _isFlowSuppressed = [];

        public IReadOnlyList<bool> IsFlowSuppressed
        {
            get
            {
                lock (_isFlowSuppressed)
                {
                    return [.. _isFlowSuppressed];
                }
            }
        }

        /// <summary>Loops and timers that live as long as the tracker begin unset; others, such as timeouts, end with their call.</summary>
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                lock (_isFlowSuppressed)
                {
                    _isFlowSuppressed.Add(ExecutionContext.IsFlowSuppressed());
                }
            }

            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
