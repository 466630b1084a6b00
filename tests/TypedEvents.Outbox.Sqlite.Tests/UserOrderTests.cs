using TypedEvents.Emulator;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>A user's events stay in order across a restart, whether they were appended with the user's EUID or before it was known.</summary>
public sealed class UserOrderTests : OutboxTests
{
    [Fact]
    public async Task Events_read_during_a_lookup_of_other_users_stay_behind_earlier_events_of_their_user()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        EngageUser first = UserIn(partition: 0);
        EngageUser user = UserIn(partition: 1);
        Euid euid = EuidIn(partition: 1);
        await using (SqliteOutbox outbox = Open())
        {
            await using EventTracker tracker = Trackers.Create(emulator, options =>
            {
                options.TimeProvider = Clock;
                options.Outbox = new AppendOnly(outbox);
            });
            await tracker.TrackAsync(first, new Stored(0, ""), cancellationToken: Cancellation);
            await tracker.TrackAsync(EuidIn(partition: 0), new Stored(1, ""), cancellationToken: Cancellation);
            await tracker.TrackAsync(EuidIn(partition: 0), new Stored(2, ""), cancellationToken: Cancellation);
            await tracker.TrackAsync(user, new Stored(3, ""), cancellationToken: Cancellation);
            await tracker.TrackAsync(euid, new Stored(4, ""), cancellationToken: Cancellation);
            await outbox.SaveUsersAsync([new(first, EuidIn(partition: 0), Clock.GetUtcNow()), new(user, euid, Clock.GetUtcNow())], Cancellation);
            await tracker.StopAsync(new CancellationToken(canceled: true));
        }

        await using (SqliteOutbox outbox = Open())
        {
            // The first batch is full before the second user's partition is read. Once the first user is known, reading starts there.
            await using EventTracker tracker = Trackers.Create(emulator, options =>
            {
                options.TimeProvider = Clock;
                options.Outbox = outbox;
                options.MaxConcurrentRequests = 1;
                options.MaxBatchEvents = 2;
            });
            Assert.Equal(FlushOutcome.Settled, (await tracker.FlushAsync(Cancellation)).Outcome);
        }

        Assert.Equal(5, emulator.Events.Count);
        Assert.Equal([3, 4], NumbersOf(euid));
        Assert.Equal([0, 1, 2], NumbersOf(EuidIn(partition: 0)));

        IEnumerable<int> NumbersOf(Euid who) => emulator.Events
            .Where(received => received.Euid == who.Value)
            .Select(received => received.Properties!.Value.GetProperty("number").GetInt32());
    }

    /// <summary>An outbox that can't be claimed: events are only appended.</summary>
    private sealed class AppendOnly(IEventOutbox inner) : DelegatingOutbox(inner)
    {
        public override ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IOutboxClaim?>(null);
    }

    private static EngageUser UserIn(int partition) =>
        Enumerable.Range(0, 1000).Select(i => EngageUser.UserId($"user-{i}")).First(user => Partition.Of(user) == partition);

    private static Euid EuidIn(int partition) =>
        Enumerable.Range(1, 1000).Select(i => new Euid(i)).First(euid => Partition.Of(euid) == partition);
}
