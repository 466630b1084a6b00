using TypedEvents.Emulator;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>A tracker whose outbox has no place on the disk any more (<c>PRAGMA max_page_count</c>), and then has again.</summary>
public sealed class FullDiskDeliveryTests : OutboxTests
{
    [Fact]
    public async Task Track_reports_a_full_disk_sending_frees_space_and_every_accepted_event_is_delivered()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using var clock = new PacedClock();
        SqliteOutbox outbox = Open(clock.Time);
        outbox.WriterDatabase.QueryInt64($"PRAGMA max_page_count = {outbox.WriterDatabase.QueryInt64("PRAGMA page_count") + 40}");
        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            clock.Drive(options);
            options.BufferBytes = 64 * 1024;
            options.Outbox = outbox;
            options.LoggerFactory = Logger;
        });

        // However long the disk is full, no event is quarantined or bypassed: a full disk says nothing about an event.
        emulator.RespondWith(EmulatorBehavior.Respond(401, 40050));
        int accepted = 0;
        await clock.RunUntilAsync(() =>
        {
            TrackResult result = tracker.Track(Trackers.Alice, new Stored(accepted, new string('x', 5000)));
            accepted += result == TrackResult.Accepted ? 1 : 0;
            return ValueTask.FromResult(result == TrackResult.BufferFull && Logger.Text.Contains("the disk is full", StringComparison.Ordinal));
        });
        TrackerStatistics full = tracker.Statistics;
        Assert.Equal(accepted, full.Buffered + full.Appended);
        Assert.True(full.Appended > 0 && full.Buffered > 0);

        emulator.RespondNormally();
        tracker.UseCredentials(Trackers.ApiKey, Trackers.ApiSecret);
        await clock.RunUntilAsync(emulator.WaitForEventsAsync(accepted, Cancellation));
        FlushResult last = await clock.RunUntilAsync(tracker.FlushAsync(Cancellation).AsTask());

        Assert.Equal(FlushOutcome.Settled, last.Outcome);
        Assert.Equal(accepted, last.Outbox!.Delivered);
        Assert.Equal(Enumerable.Range(0, accepted), emulator.Events.Select(received => received.Properties!.Value.GetProperty("number").GetInt32()));
        Assert.Equal(0, emulator.DuplicateCount);
        Trackers.AssertAccountingInvariants(last, tracked: accepted + last.Tracker.Dropped.BufferFull);
    }
}

[EngageEvent("stored")]
internal readonly partial record struct Stored(int Number, string Text);
