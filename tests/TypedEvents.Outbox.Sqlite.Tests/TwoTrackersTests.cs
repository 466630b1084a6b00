using TypedEvents.Emulator;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>Two trackers on one file, of which one sends.</summary>
public sealed class TwoTrackersTests : OutboxTests
{
    [Fact]
    public async Task A_tracker_with_a_wrong_key_lets_the_other_send_although_only_unregistered_users_are_pending()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using var clock = new PacedClock();
        await using SqliteOutbox one = Open(clock.Time);
        await using SqliteOutbox two = Open(clock.Time);
        await using EventTracker wrong = Trackers.Create(emulator, options =>
        {
            clock.Drive(options);
            options.Outbox = one;
            options.ApiSecret = "an expired secret";
        });
        wrong.Track(EngageUser.UserId("user-1"), new Stored(1, ""));
        FlushResult blocked = await clock.RunUntilAsync(wrong.FlushAsync(Cancellation).AsTask());
        Assert.Equal(FlushOutcome.Blocked, blocked.Outcome);
        Assert.Empty(emulator.Events);

        await using EventTracker right = Trackers.Create(emulator, options =>
        {
            clock.Drive(options);
            options.Outbox = two;
        });
        right.Track(EngageUser.UserId("user-2"), new Stored(2, ""));
        FlushResult settled = await clock.RunUntilAsync(right.FlushAsync(Cancellation).AsTask());

        Assert.Equal(FlushOutcome.Settled, settled.Outcome);
        Assert.Equal([1, 2], emulator.Events.Select(received => received.Properties!.Value.GetProperty("number").GetInt32()).Order());
        Assert.Equal(0, emulator.DuplicateCount);
    }

    [Fact]
    public async Task A_flush_of_the_tracker_that_does_not_send_knows_the_held_names()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using var clock = new PacedClock();
        await using SqliteOutbox one = Open(clock.Time);
        await using SqliteOutbox two = Open(clock.Time);
        await using IOutboxClaim claim = await ClaimAsync(one);
        await claim.HoldAsync("stored", Cancellation);
        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            clock.Drive(options);
            options.Outbox = two;
        });
        tracker.Track(Trackers.Alice, new Stored(1, ""));
        FlushResult held = await clock.RunUntilAsync(tracker.FlushAsync(Cancellation).AsTask());
        Assert.Equal(FlushOutcome.Blocked, held.Outcome);
        Assert.Contains("held", held.Problem, StringComparison.Ordinal);

        OutboxEvent? pending = await claim.ReadHeldAsync("stored", 0, Cancellation);
        await claim.SettleDeliveredAsync([pending!.Value], Cancellation);
        FlushResult settled = await clock.RunUntilAsync(tracker.FlushAsync(Cancellation).AsTask());

        Assert.Equal(FlushOutcome.Settled, settled.Outcome);
    }
}
