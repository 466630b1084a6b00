namespace TypedEvents.Tests;

/// <summary>Both accounting invariants hold whenever the statistics are read.</summary>
public sealed class AccountingTests
{
    private const int Threads = 4;
    private const int PerThread = 5_000;
    private const int Reads = 100;

    [Fact]
    public async Task Both_invariants_hold_whenever_statistics_are_read_while_threads_track_and_events_are_sent()
    {
        var outbox = new BlockableOutbox(new MemoryOutbox()) { IsOpen = false };
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options =>
        {
            options.BufferBytes = 64 * 1024;
            options.Outbox = outbox;
            options.MaxEventBytes = 1024;
            options.Filter = (_, name) => name != "measured";
        });
        long reads = 0;
        Task tracking = Parallel.ForAsync(0, Threads, Trackers.Cancellation, async (thread, cancellationToken) =>
        {
            // On a busy host it may take a while until the reader starts.
            for (int i = 0; i < PerThread || Volatile.Read(ref reads) <= Reads; i++)
            {
                var user = new Euid(1 + ((thread + i) % 50));
                _ = (i % 5) switch
                {
                    0 => scenario.Track(user, new PageViewed(new string('x', i % 2000))),
                    1 => scenario.Track(user, new Measured(1, 1)),
                    2 => scenario.Track(default(Euid), new PageViewed("/")),
                    3 when i % 100 == 3 && outbox.IsOpen => await scenario.TrackAsync(user, new PageViewed("/"), cancellationToken: cancellationToken),
                    _ => scenario.Track(user, new PageViewed("/")),
                };
            }
        });

        long mostBuffered = 0;
        long last = 0;
        while (!tracking.IsCompleted)
        {
            TrackerStatistics statistics = scenario.Statistics;
            Assert.Equal(statistics.Tracked, statistics.Buffered + statistics.Appended + statistics.Dropped.Total);
            Assert.True(statistics.Tracked >= last);
            OutboxStatistics outboxStatistics = await scenario.GetOutboxStatisticsAsync();
            Assert.Equal(outboxStatistics.Appended, outboxStatistics.Delivered + outboxStatistics.Pending + outboxStatistics.DeadLetters + outboxStatistics.Discarded.Total);
            last = statistics.Tracked;
            mostBuffered = Math.Max(mostBuffered, statistics.Buffered);
            Interlocked.Increment(ref reads);

            // No caller waits until enough events have been dropped for lack of room.
            outbox.IsOpen |= statistics.Dropped.BufferFull > 100;
        }

        await tracking;
        FlushResult result = await scenario.StopAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"{reads} reads, at most {mostBuffered} buffered; {result.Tracker.Dropped}");
        Assert.True(reads > Reads && mostBuffered > 0);
        Assert.True(result.Tracker.Dropped is { BufferFull: > 0, Invalid: > 0, Filtered: > 0, TooLarge: > 0 });
    }
}
