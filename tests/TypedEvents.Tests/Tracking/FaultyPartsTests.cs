using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary>An outbox, a logger or an event type of the application may fail: the tracker must not spin, hang, or throw to its callers.</summary>
public sealed class FaultyPartsTests
{
    [Fact]
    public async Task An_outbox_that_throws_is_retried_after_a_pause_and_not_at_once()
    {
        var clock = new PacedClock();
        var outbox = new FaultyOutbox(clock.Time) { FailsToClaim = true };
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.Outbox = outbox, clock);

        // The clock stands still, and each of these wakes the delivery.
        for (int i = 0; i < 50; i++)
        {
            await scenario.TrackAsync(new PageViewed("/"));
        }

        Assert.InRange(outbox.Claims, 0, 1);
        Assert.InRange(scenario.Log.Entries.Count(entry => entry.Level == LogLevel.Error), 0, 1);

        outbox.FailsToClaim = false;
        FlushResult result = await scenario.FlushAsync();
        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal(50, result.Outbox!.Delivered);
    }

    [Fact]
    public async Task Statistics_that_fail_when_nobody_waits_for_them_any_more_leave_no_unobserved_exception()
    {
        string failure = $"too late {Guid.NewGuid()}";
        int unobserved = 0;
        void Note(object? sender, UnobservedTaskExceptionEventArgs args) =>
            unobserved += args.Exception.ToString().Contains(failure, StringComparison.Ordinal) ? 1 : 0;

        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            var clock = new PacedClock();
            var outbox = new SlowStatisticsOutbox(clock.Time);
            await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.Outbox = outbox, clock);
            scenario.Track(new PageViewed("/"));
            FlushResult before = await scenario.FlushAsync();

            outbox.Block();
            FlushResult result = await scenario.FlushAsync();
            outbox.Unblock(new IOException(failure));

            Assert.Equal(FlushOutcome.Settled, result.Outcome);
            Assert.Equal(before.Outbox, result.Outbox);
            Assert.NotNull(result.Problem);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Assert.Equal(0, unobserved);
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }
    }

    [Fact]
    public async Task A_fault_that_lasts_is_tried_less_and_less_often_whoever_tracks_and_is_logged_when_it_begins_and_ends()
    {
        var clock = new PacedClock { Step = TimeSpan.FromMilliseconds(500) };
        var outbox = new FaultyOutbox(clock.Time) { FailsToClaim = true };
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(
            options => (options.Outbox, options.FlushTimeout) = (outbox, TimeSpan.FromMinutes(2)),
            clock);
        int tracked = 0;
        for (DateTimeOffset end = clock.Time.GetUtcNow() + TimeSpan.FromMinutes(5); clock.Time.GetUtcNow() < end; tracked++)
        {
            // Each wakes the delivery.
            await scenario.TrackAsync(new PageViewed("/"));
            DateTimeOffset next = clock.Time.GetUtcNow() + clock.Step;
            await clock.RunUntilAsync(() => ValueTask.FromResult(clock.Time.GetUtcNow() >= next));
        }

        // Waits of up to 1, 2, 4, 8, 16, 32 and then 60 s, half of it on average.
        Assert.InRange(outbox.Claims, 6, 40);
        FlushResult failing = await scenario.FlushAsync();
        Assert.Equal(FlushOutcome.TimedOut, failing.Outcome);
        Assert.Contains("disk gone", failing.Problem, StringComparison.Ordinal);
        Assert.Single(scenario.Log.Entries, entry => entry.Level == LogLevel.Error);

        outbox.FailsToClaim = false;
        FlushResult result = await scenario.FlushAsync();
        Assert.Equal((FlushOutcome.Settled, tracked), (result.Outcome, result.Outbox!.Delivered));
        Assert.Single(scenario.Log.Entries, entry => entry.Text.Contains("works again", StringComparison.Ordinal));
        Assert.Single(scenario.Log.Entries, entry => entry.Level == LogLevel.Error);
    }

    [Fact]
    public async Task A_stop_ends_everything_where_the_outbox_throws()
    {
        var outbox = new FaultyOutbox(TimeProvider.System) { FailsToTellPositions = true };
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.Outbox = outbox);
        await scenario.TrackAsync(new PageViewed("/"));

        FlushResult result = await scenario.StopAsync();

        Assert.Equal(FlushOutcome.Blocked, result.Outcome);
        Assert.True(outbox.IsDisposed);
        Assert.Contains("disk gone", scenario.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flush_where_the_outbox_throws_returns_the_problem_and_what_was_known_last()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        var outbox = new FaultyOutbox(TimeProvider.System);
        await using EventTracker tracker = Trackers.Create(emulator, options => options.Outbox = outbox);
        tracker.Track(Trackers.Alice, new PageViewed("/"));
        await tracker.FlushAsync(Trackers.Cancellation);

        outbox.FailsToTellPositions = outbox.FailsToTellStatistics = true;
        FlushResult failed = await tracker.FlushAsync(Trackers.Cancellation);
        outbox.FailsToTellPositions = outbox.FailsToTellStatistics = false;

        Assert.Equal((FlushOutcome.Blocked, 1), (failed.Outcome, failed.Outbox!.Delivered));
        Assert.Contains("disk gone", failed.Problem, StringComparison.Ordinal);
        Assert.Contains("the last that were known", failed.Problem, StringComparison.Ordinal);
        Trackers.AssertAccountingInvariants(await tracker.FlushAsync(Trackers.Cancellation), tracked: 1);
    }

    /// <summary>The clock moves as the system's does, by another amount, and its timers are the system's.</summary>
    [Fact]
    public async Task A_stop_by_any_clock_ends_although_the_outbox_never_does_and_says_what_had_not_ended()
    {
        using var logger = new CapturingLogger();
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        var clock = new ShiftedClock(TimeSpan.FromDays(-3));
        var outbox = new FaultyOutbox(clock) { AppendsNever = true };
        EventTracker tracker = Trackers.Create(emulator, options =>
        {
            options.Outbox = outbox;
            options.TimeProvider = clock;
            options.LoggerFactory = logger;
            options.ShutdownTimeout = TimeSpan.FromMilliseconds(100);
        });
        tracker.Track(Trackers.Alice, new PageViewed("/"));

        FlushResult result = await tracker.StopAsync(Trackers.Cancellation).AsTask().WaitAsync(TimeSpan.FromMinutes(1), Trackers.Cancellation);

        Assert.Contains("before the last hand-over to the outbox had ended", result.Problem, StringComparison.Ordinal);
        Assert.Contains("before the last hand-over to the outbox had ended", logger.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("before the delivery had ended", logger.Text, StringComparison.Ordinal);
        Trackers.AssertAccountingInvariants(result, tracked: 1);
    }

    [Fact]
    public async Task A_stop_that_meets_an_exception_where_none_may_come_still_ends_with_a_result()
    {
        using var logger = new CapturingLogger();
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        var clock = new ThrowingClock();
        EventTracker tracker = Trackers.Create(emulator, options =>
        {
            options.TimeProvider = clock;
            options.LoggerFactory = logger;
        });
        tracker.Track(Trackers.Alice, new PageViewed("/"));
        await tracker.FlushAsync(Trackers.Cancellation);

        clock.Throws = true;
        FlushResult result = await tracker.StopAsync(Trackers.Cancellation).AsTask().WaitAsync(TimeSpan.FromMinutes(1), Trackers.Cancellation);

        Assert.Contains("no time today", result.Problem, StringComparison.Ordinal);
        Assert.Contains("no time today", logger.Text, StringComparison.Ordinal);
        Trackers.AssertAccountingInvariants(result, tracked: 1);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task The_result_reports_an_outbox_that_fails_to_close_and_has_both_statistics(bool failsToClose, bool failsToDispose)
    {
        var outbox = new FaultyOutbox(TimeProvider.System) { FailsToClose = failsToClose, FailsToDispose = failsToDispose };
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.Outbox = outbox);
        scenario.Track(new PageViewed("/"));

        FlushResult result = await scenario.StopAsync();
        await scenario.Tracker.DisposeAsync();

        Assert.True(outbox.IsDisposed);
        Assert.Equal((FlushOutcome.Settled, 1), (result.Outcome, result.Outbox!.Delivered));
        Assert.Contains("disk gone", result.Problem, StringComparison.Ordinal);
        Assert.Contains("disk gone", Assert.Single(scenario.Log.Entries, entry => entry.Level == LogLevel.Error).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_outbox_that_can_tell_nothing_at_the_end_leaves_its_last_statistics_and_says_so(bool wereKnown)
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        var outbox = new FaultyOutbox(TimeProvider.System) { FailsToTellStatistics = !wereKnown };
        EventTracker tracker = Trackers.Create(emulator, options => options.Outbox = outbox);
        tracker.Track(Trackers.Alice, new PageViewed("/"));
        if (wereKnown)
        {
            Assert.Equal(1, (await tracker.FlushAsync(Trackers.Cancellation)).Outbox!.Delivered);
        }

        outbox.FailsToTellStatistics = true;
        outbox.FailsToClose = true;
        FlushResult result = await tracker.StopAsync(Trackers.Cancellation);

        Assert.Equal(wereKnown ? 1 : null, result.Outbox?.Delivered);
        Assert.Equal(wereKnown, result.OutboxUnavailableReason is null);
        Assert.Equal((1, 1), (result.Tracker.Tracked, result.Tracker.Appended));
        Assert.Contains("disk gone", result.Problem, StringComparison.Ordinal);
        Assert.Contains(wereKnown ? "the last that were known" : "are unknown", result.Problem, StringComparison.Ordinal);
        if (wereKnown)
        {
            Trackers.AssertAccountingInvariants(result, tracked: 1);
        }
    }

    [Fact]
    public async Task A_key_that_the_outbox_does_not_take_at_first_is_told_to_it_again_and_logged_once()
    {
        var clock = new PacedClock();
        var outbox = new FaultyOutbox(clock.Time) { TargetsToReject = 3 };
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.Outbox = outbox, clock);
        long began = clock.Time.GetTimestamp();
        scenario.Tracker.UseCredentials(Trackers.ApiKey, Trackers.ApiSecret);
        await clock.RunUntilAsync(() => ValueTask.FromResult(!outbox.AddedTargets.IsEmpty));

        // After 1, 2 and 4 seconds.
        Assert.InRange(clock.Time.GetElapsedTime(began), TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(30));
        Assert.Equal(OutboxTarget.Create(scenario.Emulator.BaseAddress, null, Trackers.ApiKey), Assert.Single(outbox.AddedTargets));
        Assert.Single(scenario.Log.Entries, entry => entry.Text.Contains("new API key", StringComparison.Ordinal));
        await scenario.StopAsync();
    }

    [Fact]
    public async Task A_flush_that_comes_when_the_delivery_has_ended_does_not_wait_for_its_timeout()
    {
        await using var outbox = new MemoryOutbox();
        using var loop = new DeliveryLoop(
            outbox,
            (_, _, _) => throw new InvalidOperationException("There is nothing to send."),
            (_, _, _) => throw new InvalidOperationException("There is no user to register."),
            new UserCache(1),
            new Uri("https://example.org/v1/event/report"),
            new Uri("https://example.org/v1/user/register"),
            new DeliverySettings(100, 1000, TimeSpan.Zero),
            TimeProvider.System,
            NullLogger.Instance,
            () => { }, Random.Shared);
        await loop.RunAsync(Task.CompletedTask, new CancellationToken(canceled: true));
        Assert.True(loop.BeginFlush().Outcome.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_logger_that_throws_neither_reaches_callers_nor_stops_the_tracker()
    {
        var clock = new PacedClock();
        var outbox = new BlockableOutbox(new MemoryOutbox(timeProvider: clock.Time)) { IsOpen = false };
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options =>
        {
            options.Outbox = outbox;
            options.LoggerFactory = new ThrowingLogger();
        }, clock);

        Assert.Equal(TrackResult.Invalid, scenario.Track(default, new PageViewed("/")));
        Assert.Equal(TrackResult.TooLarge, scenario.Track(new PageViewed(new string('a', 40_000))));
        Task<TrackResult> waiting = scenario.TrackAsync(new PageViewed("/")).AsTask();
        outbox.IsOpen = true;
        await clock.RunUntilAsync(waiting);
        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(1, result.Outbox!.Delivered);
    }

    [Fact]
    public async Task An_event_type_whose_initializer_throws_makes_an_invalid_event_and_no_exception()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync();
        Assert.Equal(TrackResult.Invalid, scenario.Track(new Uninitializable("a")));
        Assert.Equal(TrackResult.Invalid, await scenario.TrackAsync(new Uninitializable("a")));
        await scenario.FlushAsync();
        Assert.Single(scenario.Log.Entries, entry => entry.Text.Contains("'Uninitializable'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Options_that_are_changed_later_have_no_effect()
    {
        EventTrackerOptions? kept = null;
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => kept = options);
        kept!.Filter = (_, _) => false;
        kept.FlushTimeout = TimeSpan.FromSeconds(-5);
        Assert.Equal(TrackResult.Accepted, scenario.Track(new PageViewed("/")));
        Assert.Equal(FlushOutcome.Settled, (await scenario.FlushAsync()).Outcome);
    }

    private sealed class ShiftedClock(TimeSpan shift) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + shift;
    }

    private sealed class ThrowingClock : TimeProvider
    {
        private volatile bool _throws;

        public bool Throws
        {
            set => _throws = value;
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            _throws ? throw new InvalidOperationException("no time today") : base.CreateTimer(callback, state, dueTime, period);
    }

    private sealed class ThrowingLogger : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => throw new InvalidOperationException("The log is broken.");

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new InvalidOperationException("The log is broken.");

        public void Dispose()
        {
        }
    }

    private sealed class SlowStatisticsOutbox(TimeProvider clock) : DelegatingOutbox(new MemoryOutbox(timeProvider: clock))
    {
        private TaskCompletionSource? _blocked;
        private volatile bool _failed;

        public void Block() => _blocked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Unblock(Exception failure)
        {
            TaskCompletionSource blocked = _blocked!;
            _blocked = null;
            blocked.SetException(failure);

            // What waited for it has continued when this returns.
            Assert.True(SpinWait.SpinUntil(() => _failed, TimeSpan.FromSeconds(30)));
        }

        public override async ValueTask<OutboxStatistics?> GetStatisticsAsync(CancellationToken cancellationToken)
        {
            if (_blocked is { } blocked)
            {
                try
                {
                    await blocked.Task;
                }
                finally
                {
                    _failed = true;
                }
            }

            return await base.GetStatisticsAsync(cancellationToken);
        }
    }
}
