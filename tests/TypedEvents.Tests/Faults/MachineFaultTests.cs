using System.Text;
using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary>Faults of the host: its clock, its disk, and a stop while much is pending.</summary>
public sealed class MachineFaultTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(-400)]
    [InlineData(400)]
    public async Task A_clock_that_is_set_moves_no_waiting_and_loses_no_event(int days)
    {
        var clock = new PacedClock();
        var wall = new WallClock(clock.Time);
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.TimeProvider = wall, clock);
        scenario.Emulator.Next(EmulatorBehavior.Respond(503), count: 2);
        DateTimeOffset told = wall.GetUtcNow().AddHours(-1);
        scenario.Track(Trackers.Alice, new PageViewed("/before"), new EventContext(OccurredAt: told));
        long before = clock.Time.GetTimestamp();
        Task<FlushResult> flush = scenario.BeginFlush();
        await scenario.RunUntilRequestsAsync(1);

        wall.Offset = TimeSpan.FromDays(days);
        scenario.Track(new PageViewed("/after"));
        FlushResult first = await clock.RunUntilAsync(flush);
        FlushResult result = await scenario.FlushAsync();

        Assert.InRange(clock.Time.GetElapsedTime(before), TimeSpan.Zero, TimeSpan.FromMinutes(5));
        Assert.Equal((FlushOutcome.Settled, FlushOutcome.Settled), (first.Outcome, result.Outcome));
        Assert.Equal(["/before", "/after"], scenario.Emulator.Events.Select(received => received.StringProperty("path")));
        Assert.Equal(told.ToUnixTimeMilliseconds(), scenario.Emulator.Events[0].Itime);
    }

    [Fact]
    public async Task What_can_not_be_settled_yet_is_not_sent_again_meanwhile_and_settled_later()
    {
        var clock = new PacedClock();
        var outbox = new UnsettlingOutbox(clock.Time) { FailsToSettle = true };
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.Outbox = outbox, clock);
        for (int i = 0; i < 50; i++)
        {
            scenario.Track(new Euid(i + 1), new PageViewed("/"));
        }

        await scenario.RunUntilEventsAsync(50);
        await clock.RunUntilAsync(() => ValueTask.FromResult(outbox.Attempts >= 5));
        Assert.Equal(50, (await scenario.GetOutboxStatisticsAsync()).Pending);

        outbox.FailsToSettle = false;
        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal(50, result.Outbox!.Delivered);
        Assert.Equal(0, scenario.Emulator.DuplicateCount);
    }

    [Fact]
    public async Task One_settlement_that_can_not_be_made_holds_up_no_other_and_is_the_problem()
    {
        var clock = new PacedClock();
        var outbox = new UnsettlingOutbox(clock.Time) { FailsToSettle = true, FailsFor = "bad" };
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options =>
        {
            options.MaxBatchEvents = 1;
            options.FlushTimeout = TimeSpan.FromSeconds(30);
            options.Outbox = outbox;
        }, clock);
        string[] paths = ["bad", "bad", "good", "bad", "good", "good", "good"];
        foreach (string path in paths)
        {
            scenario.Track(new PageViewed(path));
        }

        await scenario.RunUntilEventsAsync(7);
        await clock.RunUntilAsync(async () => (await scenario.GetOutboxStatisticsAsync()).Delivered == 4);
        FlushResult blocked = await scenario.FlushAsync();
        Assert.Equal(FlushOutcome.TimedOut, blocked.Outcome);
        Assert.Contains("the disk is full", blocked.Problem, StringComparison.Ordinal);

        outbox.FailsToSettle = false;
        FlushResult result = await scenario.FlushAsync();
        Assert.Equal((FlushOutcome.Settled, null), (result.Outcome, result.Problem));
        Assert.Equal(0, scenario.Emulator.DuplicateCount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    [InlineData(100_000)]
    public async Task A_stop_with_a_server_that_hangs_ends_at_its_deadline_however_much_is_pending(int pending)
    {
        var deadline = TimeSpan.FromSeconds(5);

        // The last attempts to append and to settle have half a second each.
        TimeSpan latest = deadline + TimeSpan.FromSeconds(2);
        var clock = new PacedClock();
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options =>
        {
            options.ShutdownTimeout = deadline;
            options.AttemptTimeout = TimeSpan.FromMinutes(10);
            options.BufferBytes = 64 * 1024 * 1024;
            options.Outbox = new MemoryOutbox(64 * 1024 * 1024, timeProvider: clock.Time);
        }, clock);
        scenario.Emulator.RespondWith(EmulatorBehavior.Hang);
        for (int i = 0; i < pending; i++)
        {
            Assert.Equal(TrackResult.Accepted, scenario.Track(new Euid(1 + (i % 1000)), new PageViewed("/")));
        }

        DateTimeOffset start = clock.Time.GetUtcNow();
        Task<FlushResult> stop = scenario.BeginStop();
        await clock.WaitForTimerAsync(deadline);
        await clock.RunUntilAsync(Task.WhenAny(stop, Task.Delay(latest, clock.Time, Trackers.Cancellation)), isServerHanging: true);

        // The clock stands still again: the rest of the stop doesn't depend on it.
        FlushResult result = await stop.WaitAsync(Patience, Trackers.Cancellation);

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{pending} pending: stopped {(clock.Time.GetUtcNow() - start).TotalSeconds:F1} s after it began, of which the deadline is 5; {result.Outbox!.Discarded.LeftOver} left over");
        Assert.Equal(pending == 0 ? FlushOutcome.Settled : FlushOutcome.TimedOut, result.Outcome);
        Assert.Equal(pending, result.Outbox!.Discarded.LeftOver + result.Tracker.Dropped.AtShutdown);
    }

    /// <summary>A clock whose date can be set, as a person or NTP does; timers and time stamps don't notice.</summary>
    private sealed class WallClock(TimeProvider inner) : TimeProvider
    {
        private long _offsetTicks;

        public TimeSpan Offset
        {
            get => new(Volatile.Read(ref _offsetTicks));
            set => Volatile.Write(ref _offsetTicks, value.Ticks);
        }

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override long GetTimestamp() => inner.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Offset;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            inner.CreateTimer(callback, state, dueTime, period);
    }

    /// <summary>An outbox whose disk is too full to delete from it.</summary>
    private sealed class UnsettlingOutbox(TimeProvider clock) : DelegatingOutbox(new MemoryOutbox(timeProvider: clock))
    {
        private volatile bool _failsToSettle;
        private int _attempts;

        public bool FailsToSettle
        {
            get => _failsToSettle;
            set => _failsToSettle = value;
        }

        /// <summary>Only for an event that holds this.</summary>
        public string FailsFor { get; init; } = "";

        public int Attempts => Volatile.Read(ref _attempts);

        public override async ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken) =>
            await base.TryClaimAsync(cancellationToken) is { } claim ? new Claim(claim, this) : null;

        private void ThrowIfFull(IReadOnlyList<OutboxEvent> events)
        {
            Interlocked.Increment(ref _attempts);
            if (FailsToSettle && events.Any(settled => Encoding.UTF8.GetString(settled.Json.Span).Contains(FailsFor, StringComparison.Ordinal)))
            {
                throw new IOException("the disk is full");
            }
        }

        private sealed class Claim(IOutboxClaim inner, UnsettlingOutbox outbox) : DelegatingClaim(inner)
        {
            public override ValueTask<bool> SettleDeliveredAsync(IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken)
            {
                outbox.ThrowIfFull(events);
                return base.SettleDeliveredAsync(events, cancellationToken);
            }
        }
    }
}
