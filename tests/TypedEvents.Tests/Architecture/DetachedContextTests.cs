using Microsoft.Extensions.Time.Testing;

namespace TypedEvents.Tests;

/// <summary>The tracker's background work doesn't keep the caller's async locals alive: a request that creates a tracker can be collected.</summary>
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
