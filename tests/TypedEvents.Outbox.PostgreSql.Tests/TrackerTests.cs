using System.Diagnostics.Metrics;
using TypedEvents.Emulator;

namespace TypedEvents.Outbox.PostgreSql.Tests;

/// <summary>Trackers on one outbox, as the processes of several hosts have it.</summary>
public sealed class TrackerTests : OutboxTests
{
    private static readonly PostgreSqlOutboxOptions Lease = new() { LeaseDuration = TimeSpan.FromMinutes(2) };

    [Fact]
    public async Task Trackers_deliver_every_event_once_and_a_users_events_in_order_and_a_flush_waits_for_the_other_sender()
    {
        const int Users = 20;
        const int Rounds = 15;
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        PostgreSqlOutbox first = Open(Lease);
        PostgreSqlOutbox second = Open(Lease);
        await using EventTracker one = Create(emulator, first);
        await using EventTracker two = Create(emulator, second);
        for (int round = 0; round < Rounds; round++)
        {
            // Each event of a user is in the outbox before the next one is tracked, by the other process.
            EventTracker tracker = round % 2 == 0 ? one : two;
            await Task.WhenAll(Enumerable.Range(1, Users).Select(async user =>
                Assert.Equal(TrackResult.Accepted, await tracker.TrackAsync(new Euid(user), new Ordered(round), default, Cancellation))));
        }

        FlushResult[] flushed = await Task.WhenAll(one.FlushAsync(Cancellation).AsTask(), two.FlushAsync(Cancellation).AsTask());
        Assert.All(flushed, result => Assert.Equal(FlushOutcome.Settled, result.Outcome));
        Assert.Equal(Users * Rounds, emulator.EventCount);
        Assert.Equal(0, emulator.DuplicateCount);
        foreach (var events in emulator.Events.GroupBy(received => received.Euid))
        {
            Assert.Equal(Enumerable.Range(0, Rounds), events.Select(received => received.Properties!.Value.GetProperty("number").GetInt32()));
        }

        await AssertInvariantAsync(first, appended: Users * Rounds, delivered: Users * Rounds, pending: 0);
        Assert.All(flushed, result => Assert.Equal(result.Tracker.Tracked, result.Tracker.Buffered + result.Tracker.Appended + result.Tracker.Dropped.Total));
    }

    [Fact]
    public async Task An_event_that_another_process_committed_is_delivered_at_once_when_the_outbox_is_woken()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        PostgreSqlOutbox outbox = Open(new PostgreSqlOutboxOptions { LeaseDuration = TimeSpan.FromMinutes(2), PollInterval = TimeSpan.FromHours(1) });
        await using EventTracker tracker = Create(emulator, outbox);
        await tracker.TrackAsync(new Euid(1), new Ordered(1), default, Cancellation);
        await tracker.FlushAsync(Cancellation);
        await using EventTracker other = Create(emulator, Open(Lease));
        await other.TrackAsync(new Euid(1), new Ordered(2), default, Cancellation);

        outbox.Wake();
        await emulator.WaitForEventsAsync(2, Cancellation);
        Assert.Equal(0, emulator.DuplicateCount);
    }

    [Fact]
    public async Task While_the_database_is_down_events_stay_in_the_buffer_and_all_are_counted()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using PostgreSqlOutbox outbox = PostgreSqlOutbox.Create("Host=127.0.0.1;Port=1;Username=app;Password=hidden;Database=shop;Timeout=1", Lease);
        await using EventTracker tracker = Create(emulator, outbox, options =>
        {
            options.BufferBytes = 64 * 1024;
            options.ShutdownTimeout = TimeSpan.FromMilliseconds(100);
        });
        List<TrackResult> results = [];
        while (results.LastOrDefault() != TrackResult.BufferFull)
        {
            results.Add(tracker.Track(new Euid(1), new Ordered(results.Count)));
            Assert.True(results.Count < 100_000);
        }

        FlushResult last = await tracker.StopAsync(Cancellation);
        TrackerStatistics statistics = last.Tracker;
        Assert.Equal(results.Count, statistics.Tracked);
        Assert.Equal((0, 0, 1), (statistics.Buffered, statistics.Appended, statistics.Dropped.BufferFull));
        Assert.Equal(results.Count - 1, statistics.Dropped.AtShutdown);
        Assert.DoesNotContain("hidden", last.Problem ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_metrics_show_what_is_pending_by_partition_and_who_sends()
    {
        PostgreSqlOutbox outbox = Open(new PostgreSqlOutboxOptions { Schema = "metrics" });
        await AppendAsync(outbox, (3, "a"), (3, "b"), (7, "c"));
        await ClaimAsync(outbox);
        Dictionary<string, List<(long Value, string? Partition)>> measured = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == PostgreSqlOutbox.MeterName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            Dictionary<string, object?> named = new(tags.ToArray());
            if (named["typedevents.outbox.schema"] as string == "metrics")
            {
                measured.TryAdd(instrument.Name, []);
                measured[instrument.Name].Add((value, named.GetValueOrDefault("typedevents.outbox.partition") as string));
            }
        });
        listener.Start();
        await (await outbox.GetStoreAsync(Cancellation)).TryKeepAsync(Cancellation);
        listener.RecordObservableInstruments();

        List<(long Value, string? Partition)> pending = measured["typedevents.outbox.postgresql.pending"];
        Assert.Equal(Partition.Count, pending.Count);
        Assert.Equal([(2, "3"), (1, "7")], pending.Where(item => item.Value > 0));
        Assert.Equal([(1, null)], measured["typedevents.outbox.postgresql.senders"]);
        Assert.Equal([(0, null)], measured["typedevents.outbox.postgresql.free_partitions"]);
        Assert.Equal([(16, null)], measured["typedevents.outbox.postgresql.claimed_partitions"]);
    }

    [Fact]
    public async Task Folding_the_ledger_changes_no_figure()
    {
        PostgreSqlOutbox outbox = Open();
        await AppendAsync(outbox, (1, "a"), (1, "b"), (2, "c"));
        await using IOutboxClaim claim = await ClaimAsync(outbox);
        (_, List<OutboxEvent> read) = await ReadAsync(claim, 1);
        await claim.SettleDeliveredAsync([read[0]], Cancellation);
        await claim.SettleDeadLetterAsync([read[1]], new DeadLetterReason(DeadLetterKind.Rejected), Cancellation);
        OutboxStatistics before = (await outbox.GetStatisticsAsync(Cancellation))!;
        OutboxStore store = await outbox.GetStoreAsync(Cancellation);
        await store.Database.RunAsync(store.Statistics.Fold, Cancellation);
        Assert.Equal(0L, await Database.QueryAsync<long>("SELECT count(*) FROM typed_events.ledger"));
        Assert.Equal(before, await outbox.GetStatisticsAsync(Cancellation));
        await AssertInvariantAsync(outbox, appended: 3, delivered: 1, pending: 1);
    }

    private static EventTracker Create(EngageLabEmulator emulator, PostgreSqlOutbox outbox, Action<EventTrackerOptions>? configure = null) =>
        Trackers.Create(emulator, options =>
        {
            options.AttemptTimeout = TimeSpan.FromMinutes(1);
            options.Outbox = outbox;
            configure?.Invoke(options);
        });
}

[EngageEvent("ordered")]
public partial record Ordered(int Number);
