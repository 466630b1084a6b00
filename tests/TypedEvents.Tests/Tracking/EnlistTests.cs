using System.Data;
using System.Data.Common;
using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary>Events in the transaction of the business data.</summary>
public sealed class EnlistTests
{
    [Fact]
    public async Task An_event_is_in_the_outbox_when_the_transaction_is_committed_and_not_before()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        var outbox = new TransactionalOutbox();
        await using EventTracker tracker = Trackers.Create(emulator, options => options.Outbox = outbox);
        var transaction = new FakeTransaction();
        IEventTracker enlisted = tracker.Enlist(transaction);

        Assert.Equal(TrackResult.Accepted, await enlisted.TrackAsync(Trackers.Alice, new PageViewed("/a"), cancellationToken: Trackers.Cancellation));
        Assert.Equal(TrackResult.Accepted, await enlisted.TrackAsync(EngageUser.UserId("user-42"), new PageViewed("/b"), cancellationToken: Trackers.Cancellation));
        FlushResult before = await tracker.FlushAsync(Trackers.Cancellation);
        Assert.Equal((0, 2, 0L), (before.Tracker.Tracked, before.Tracker.Enlisted, before.Outbox!.Appended));

        await outbox.CommitAsync(transaction);
        FlushResult after = await tracker.FlushAsync(Trackers.Cancellation);
        Assert.Equal(FlushOutcome.Settled, after.Outcome);
        Assert.Equal((2, 2), (after.Outbox!.Appended, after.Outbox!.Delivered));
        Assert.Equal((0, 0, 2), (after.Tracker.Tracked, after.Tracker.Appended, after.Tracker.Enlisted));
        Assert.Equal(2, emulator.EventCount);
    }

    [Fact]
    public async Task What_isn_t_inserted_counts_as_tracked_and_dropped()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        var outbox = new TransactionalOutbox { HasRoom = false };
        await using EventTracker tracker = Trackers.Create(emulator, options => options.Outbox = outbox);
        IEventTracker enlisted = tracker.Enlist(new FakeTransaction());
        Assert.Equal(TrackResult.BufferFull, await enlisted.TrackAsync(Trackers.Alice, new PageViewed("/"), cancellationToken: Trackers.Cancellation));
        Assert.Equal(TrackResult.Invalid, await enlisted.TrackAsync(default(Euid), new PageViewed("/"), cancellationToken: Trackers.Cancellation));
        await Assert.ThrowsAsync<TaskCanceledException>(() => enlisted.TrackAsync(Trackers.Alice, new PageViewed("/"), cancellationToken: new CancellationToken(canceled: true)).AsTask());
        TrackerStatistics statistics = tracker.Statistics;
        Assert.Equal((3, 1, 1, 1, 0), (statistics.Tracked, statistics.Dropped.BufferFull, statistics.Dropped.Invalid, statistics.Dropped.Cancelled, statistics.Enlisted));
        Trackers.AssertAccountingInvariants(await tracker.StopAsync(Trackers.Cancellation), tracked: 3);
    }

    [Fact]
    public async Task Calls_that_can_t_be_part_of_a_transaction_say_so()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options => options.Outbox = new TransactionalOutbox());
        var transaction = new FakeTransaction();
        IEventTracker enlisted = tracker.Enlist(transaction);
        Assert.Contains("TrackAsync", Assert.Throws<NotSupportedException>(() => enlisted.Track(Trackers.Alice, new PageViewed("/"))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<NotSupportedException>(() => enlisted.FlushAsync(Trackers.Cancellation).AsTask());

        transaction.HasEnded = true;
        Assert.Throws<ArgumentException>(() => tracker.Enlist(transaction));
        InvalidOperationException ended = await Assert.ThrowsAsync<InvalidOperationException>(async () => await enlisted.TrackAsync(Trackers.Alice, new PageViewed("/"), cancellationToken: Trackers.Cancellation));
        Assert.Contains("has ended", ended.Message, StringComparison.Ordinal);

        await using EventTracker inMemory = Trackers.Create(emulator);
        Assert.Contains("MemoryOutbox", Assert.Throws<NotSupportedException>(() => inMemory.Enlist(new FakeTransaction())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disabled_tracker_counts_the_events_of_a_transaction_as_disabled_whatever_its_outbox()
    {
        EventTracker tracker = EventTracker.Create(options => options.Enabled = false);
        IEventTracker enlisted = tracker.Enlist(new FakeTransaction());

        Assert.Equal(TrackResult.Disabled, await enlisted.TrackAsync(Trackers.Alice, new PageViewed("/"), cancellationToken: Trackers.Cancellation));
        FlushResult result = await tracker.StopAsync(Trackers.Cancellation);
        Assert.Equal((1, 1), (result.Tracker.Tracked, result.Tracker.Dropped.Disabled));
    }

    [Fact]
    public async Task The_tracker_of_a_user_is_enlisted_with_its_user()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        var outbox = new TransactionalOutbox();
        await using EventTracker tracker = Trackers.Create(emulator, options => options.Outbox = outbox);
        var transaction = new FakeTransaction();

        Assert.Equal(TrackResult.Accepted, await tracker.ForUser(Trackers.Alice).Enlist(transaction).TrackPageViewedAsync("/a", cancellationToken: Trackers.Cancellation));
        Assert.Equal(TrackResult.NoUser, await tracker.ForUser(null).Enlist(transaction).TrackPageViewedAsync("/b", cancellationToken: Trackers.Cancellation));
        Assert.Throws<NotSupportedException>(() => tracker.ForUser(Trackers.Alice).Enlist(transaction).TrackPageViewed("/c"));
        await outbox.CommitAsync(transaction);
        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);

        Assert.Equal((1, 1, 1L), (result.Tracker.Tracked, result.Tracker.Dropped.NoUser, result.Tracker.Enlisted));
        Assert.Equal(Trackers.Alice.Value, Assert.Single(emulator.Events).Euid);
    }

    [Fact]
    public void Trackers_of_other_kinds_say_what_to_implement()
    {
        Assert.Contains(nameof(ITransactionalTracker), Assert.Throws<NotSupportedException>(() => new OtherTracker().Enlist(new FakeTransaction())).Message, StringComparison.Ordinal);
        Assert.Contains(nameof(ITransactionalUserTracker), Assert.Throws<NotSupportedException>(() => new OtherUserTracker().Enlist(new FakeTransaction())).Message, StringComparison.Ordinal);
    }

    private sealed class OtherTracker : IEventTracker
    {
        public TrackResult Track<TEvent>(EngageUser user, TEvent value, EventContext context = default)
            where TEvent : IEngageEvent<TEvent> => TrackResult.Accepted;

        public ValueTask<TrackResult> TrackAsync<TEvent>(EngageUser user, TEvent value, EventContext context = default, CancellationToken cancellationToken = default)
            where TEvent : IEngageEvent<TEvent> => ValueTask.FromResult(TrackResult.Accepted);

        public ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }

    private sealed class OtherUserTracker : IUserEventTracker
    {
        public EngageUser? User => null;

        public TrackResult Track<TEvent>(TEvent value, EventContext context = default)
            where TEvent : IEngageEvent<TEvent> => TrackResult.Accepted;

        public ValueTask<TrackResult> TrackAsync<TEvent>(TEvent value, EventContext context = default, CancellationToken cancellationToken = default)
            where TEvent : IEngageEvent<TEvent> => ValueTask.FromResult(TrackResult.Accepted);
    }

    /// <summary>A memory outbox that keeps what was appended within a transaction apart until its commit.</summary>
    private sealed class TransactionalOutbox() : DelegatingOutbox(new MemoryOutbox()), ITransactionalOutbox
    {
        private readonly Dictionary<DbTransaction, List<EventBlock>> _uncommitted = [];

        public bool HasRoom { get; init; } = true;

        public IEnlistedOutbox Enlist(DbTransaction transaction)
        {
            var enlisted = new Enlisted(this, transaction);
            return enlisted.FindProblem() is { } problem ? throw new ArgumentException(problem, nameof(transaction)) : enlisted;
        }

        public async Task CommitAsync(DbTransaction transaction)
        {
            _uncommitted.Remove(transaction, out List<EventBlock>? blocks);
            Assert.Equal(blocks!.Count, await Inner.AppendAsync(blocks, CancellationToken.None));
        }

        private sealed class Enlisted(TransactionalOutbox outbox, DbTransaction transaction) : IEnlistedOutbox
        {
            public string? FindProblem() => transaction is FakeTransaction { HasEnded: false } ? null : "The transaction has ended.";

            public ValueTask<bool> AppendAsync(EventBlock block, CancellationToken cancellationToken)
            {
                if (outbox.HasRoom)
                {
                    (outbox._uncommitted.TryGetValue(transaction, out List<EventBlock>? blocks) ? blocks : outbox._uncommitted[transaction] = []).Add(block);
                }

                return ValueTask.FromResult(outbox.HasRoom);
            }
        }
    }

    private sealed class FakeTransaction : DbTransaction
    {
        public bool HasEnded { get; set; }

        public override IsolationLevel IsolationLevel => IsolationLevel.ReadCommitted;

        protected override DbConnection? DbConnection => null;

        public override void Commit() => HasEnded = true;

        public override void Rollback() => HasEnded = true;
    }
}
