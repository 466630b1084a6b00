using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary>The tracker opens its outbox before it calls anything else of it, and says what prevents that.</summary>
public sealed class OpeningTests : IDisposable
{
    private readonly CapturingLogger _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task The_outbox_is_told_of_its_tracker_before_anything_else_is_asked()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        var outbox = new GuardedOutbox();
        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            options.Outbox = outbox;
            options.Project = "shop";
            options.AttemptTimeout = TimeSpan.FromSeconds(7);
        });
        await tracker.StartAsync(Trackers.Cancellation);

        OutboxOpening opening = Assert.Single(outbox.Openings);
        Assert.Equal(emulator.BaseAddress, opening.Target.BaseAddress);
        Assert.Equal("shop", opening.Target.Project);
        Assert.Equal(TimeSpan.FromSeconds(7), opening.AttemptTimeout);
        Assert.Equal(TimeProvider.System, opening.TimeProvider);
        Assert.Equal(TrackResult.Accepted, await tracker.TrackAsync(Trackers.Alice, new PageViewed("/"), cancellationToken: Trackers.Cancellation));
        Assert.False(outbox.WasCalledClosed);
        Trackers.AssertAccountingInvariants(await tracker.StopAsync(Trackers.Cancellation), tracked: 1);
    }

    [Fact]
    public async Task Events_stay_in_the_buffer_until_an_outbox_that_was_down_can_be_opened()
    {
        FakeTimeProvider clock = Trackers.FakeClock();
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        var outbox = new GuardedOutbox { Failure = new IOException("the database is down") };
        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            options.TimeProvider = clock;
            options.Outbox = outbox;
            options.LoggerFactory = _log;
        });
        tracker.Track(Trackers.Alice, new PageViewed("/"));
        IOException failure = await Assert.ThrowsAsync<IOException>(() => tracker.StartAsync(Trackers.Cancellation));
        Assert.Equal("the database is down", failure.Message);

        FlushResult blocked = await tracker.FlushAsync(Trackers.Cancellation);
        Assert.Equal(FlushOutcome.Blocked, blocked.Outcome);
        Assert.Equal("The outbox couldn't be opened: the database is down", blocked.Problem);
        Assert.Null(blocked.Outbox);
        Assert.Equal(blocked.Problem, blocked.OutboxUnavailableReason);
        Assert.Equal((1, 0), (blocked.Tracker.Buffered, blocked.Tracker.Appended));
        Assert.True(blocked.Tracker.FailedOpenings > 0);
        Task<TrackResult> waiting = tracker.TrackAsync(Trackers.Bob, new PageViewed("/b"), cancellationToken: Trackers.Cancellation).AsTask();
        Assert.False(outbox.WasCalledClosed);

        outbox.Failure = null;
        while (!waiting.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(TrackResult.Accepted, await waiting);
        await tracker.StartAsync(Trackers.Cancellation);
        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);
        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Null(result.Problem);
        Trackers.AssertAccountingInvariants(result, tracked: 2);
        Assert.False(outbox.WasCalledClosed);

        // Once each, however often it was tried.
        Assert.Single(_log.Entries, entry => entry.Level == LogLevel.Error && entry.Text.Contains("the database is down", StringComparison.Ordinal));
        Assert.Single(_log.Entries, entry => entry.Text.Contains("is open now", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_outbox_that_can_t_be_used_makes_TrackAsync_and_StartAsync_throw_until_other_credentials_open_it()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        var outbox = new GuardedOutbox { Failure = new OutboxUnusableException("The outbox is for another project: set Project.") };
        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            options.Outbox = outbox;
            options.LoggerFactory = _log;
        });
        OutboxUnusableException failure = await Assert.ThrowsAsync<OutboxUnusableException>(() => tracker.StartAsync(Trackers.Cancellation));
        Assert.Contains("set Project", failure.Message, StringComparison.Ordinal);
        Assert.Equal(TrackResult.Accepted, tracker.Track(Trackers.Alice, new PageViewed("/")));
        for (int i = 0; i < 2; i++)
        {
            OutboxUnusableException thrown = await Assert.ThrowsAsync<OutboxUnusableException>(
                () => tracker.TrackAsync(Trackers.Alice, new PageViewed("/"), cancellationToken: Trackers.Cancellation).AsTask());
            Assert.Equal(failure.Message, thrown.Message);
        }

        FlushResult blocked = await tracker.FlushAsync(Trackers.Cancellation);
        Assert.Equal(FlushOutcome.Blocked, blocked.Outcome);
        Assert.Contains("set Project", blocked.Problem, StringComparison.Ordinal);
        Assert.Equal((3, 1, 2), (blocked.Tracker.Tracked, blocked.Tracker.Buffered, blocked.Tracker.Dropped.OutboxUnusable));
        Assert.Equal(blocked.Tracker.Tracked, blocked.Tracker.Buffered + blocked.Tracker.Appended + blocked.Tracker.Dropped.Total);
        Assert.Single(_log.Entries, entry => entry.Level == LogLevel.Critical);
        Assert.True(blocked.Tracker.FailedOpenings > 0);

        outbox.Failure = null;
        tracker.UseCredentials(Trackers.ApiKey, Trackers.ApiSecret);
        await tracker.StartAsync(Trackers.Cancellation);
        Assert.Equal(TrackResult.Accepted, await tracker.TrackAsync(Trackers.Alice, new PageViewed("/"), cancellationToken: Trackers.Cancellation));
        FlushResult result = await tracker.StopAsync(Trackers.Cancellation);
        Trackers.AssertAccountingInvariants(result, tracked: 4);
        Assert.Equal(2, result.Outbox!.Delivered);
    }

    [Fact]
    public async Task A_TrackAsync_that_waits_for_the_opening_throws_when_the_outbox_turns_out_to_be_unusable()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        var outbox = new GuardedOutbox { Pause = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) };
        await using EventTracker tracker = Trackers.Create(emulator, options => options.Outbox = outbox);
        Task<TrackResult> waiting = tracker.TrackAsync(Trackers.Alice, new PageViewed("/"), cancellationToken: Trackers.Cancellation).AsTask();
        Task<FlushResult> flushing = tracker.FlushAsync(Trackers.Cancellation).AsTask();
        Assert.False(waiting.IsCompleted);
        outbox.Pause.SetException(new OutboxUnusableException("newer schema"));

        await Assert.ThrowsAsync<OutboxUnusableException>(() => waiting);
        Assert.Equal(FlushOutcome.Blocked, (await flushing).Outcome);
        FlushResult result = await tracker.StopAsync(new CancellationToken(canceled: true));
        Assert.Equal((1, 1), (result.Tracker.Tracked, result.Tracker.Dropped.AtShutdown));
        Assert.Null(result.Outbox);
        Assert.Contains("newer schema", result.OutboxUnavailableReason, StringComparison.Ordinal);
        Assert.False(outbox.WasCalledClosed);
    }

    [Fact]
    public async Task A_flush_that_ends_while_the_outbox_is_being_opened_says_so()
    {
        FakeTimeProvider clock = Trackers.FakeClock();
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        var outbox = new GuardedOutbox { Pause = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) };
        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            options.TimeProvider = clock;
            options.FlushTimeout = TimeSpan.FromSeconds(10);
            options.Outbox = outbox;
        });
        tracker.Track(Trackers.Alice, new PageViewed("/"));
        Task<FlushResult> flushing = tracker.FlushAsync(Trackers.Cancellation).AsTask();
        while (!flushing.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        FlushResult result = await flushing;
        Assert.Equal((FlushOutcome.TimedOut, 1), (result.Outcome, result.Tracker.Buffered));
        Assert.StartsWith("FlushTimeout was over before the outbox was open", result.Problem, StringComparison.Ordinal);
        outbox.Pause.SetResult();
        Trackers.AssertAccountingInvariants(await tracker.StopAsync(Trackers.Cancellation), tracked: 1);
    }

    [Fact]
    public async Task A_stop_tries_to_open_the_outbox_once_more_for_what_is_buffered()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        var outbox = new GuardedOutbox { Failure = new IOException("locked") };
        await using EventTracker tracker = Trackers.Create(emulator, options => options.Outbox = outbox);
        tracker.Track(Trackers.Alice, new PageViewed("/"));
        await Assert.ThrowsAsync<IOException>(() => tracker.StartAsync(Trackers.Cancellation));
        outbox.Failure = null;
        FlushResult result = await tracker.StopAsync(Trackers.Cancellation);
        Trackers.AssertAccountingInvariants(result, tracked: 1);
        Assert.Equal((1, 0), (result.Tracker.Appended, result.Tracker.Dropped.Total));
    }

    [Fact]
    public async Task A_process_that_only_appends_flushes_into_the_outbox_and_says_that_it_sends_nothing()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        var outbox = new AppendOnlyOutbox();
        await using EventTracker tracker = Trackers.Create(emulator, options => options.Outbox = outbox);
        tracker.Track(Trackers.Alice, new PageViewed("/"));
        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);
        Assert.Equal((FlushOutcome.Blocked, 1), (result.Outcome, result.Tracker.Appended));
        Assert.Equal("It may only append.", result.Problem);
        Assert.Null(result.Outbox);
        Assert.Equal("It may not read.", result.OutboxUnavailableReason);
    }

    /// <summary>An outbox whose opening fails or waits for as long as a test wants, and which notices a call before it is open.</summary>
    private sealed class GuardedOutbox() : DelegatingOutbox(new MemoryOutbox())
    {
        private volatile Exception? _failure;
        private volatile bool _isOpen;

        public Exception? Failure
        {
            get => _failure;
            set => _failure = value;
        }

        public TaskCompletionSource? Pause { get; init; }

        public List<OutboxOpening> Openings { get; } = [];

        public bool WasCalledClosed { get; private set; }

        public override async ValueTask OpenAsync(OutboxOpening opening, CancellationToken cancellationToken)
        {
            Openings.Add(opening);
            await (Pause?.Task.WaitAsync(cancellationToken) ?? Task.CompletedTask);
            if (Failure is { } failure)
            {
                throw failure;
            }

            await base.OpenAsync(opening, cancellationToken);
            _isOpen = true;
        }

        public override ValueTask<int> AppendAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken)
        {
            Note();
            return base.AppendAsync(blocks, cancellationToken);
        }

        public override ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken)
        {
            Note();
            return base.TryClaimAsync(cancellationToken);
        }

        public override ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken)
        {
            Note();
            return base.GetPositionsAsync(cancellationToken);
        }

        public override ValueTask<OutboxStatistics?> GetStatisticsAsync(CancellationToken cancellationToken)
        {
            Note();
            return base.GetStatisticsAsync(cancellationToken);
        }

        public override ValueTask AddTargetAsync(OutboxTarget target, CancellationToken cancellationToken)
        {
            Note();
            return base.AddTargetAsync(target, cancellationToken);
        }

        private void Note() => WasCalledClosed |= !_isOpen;
    }

    private sealed class AppendOnlyOutbox() : DelegatingOutbox(new MemoryOutbox())
    {
        public override string? AppendOnlyReason => "It may only append.";

        public override string? StatisticsUnavailableReason => "It may not read.";

        public override ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IOutboxClaim?>(null);

        public override ValueTask<OutboxStatistics?> GetStatisticsAsync(CancellationToken cancellationToken) => ValueTask.FromResult<OutboxStatistics?>(null);

        public override ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken) => throw new UnauthorizedAccessException();
    }
}
