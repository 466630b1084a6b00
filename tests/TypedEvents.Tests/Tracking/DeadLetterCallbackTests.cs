using System.Collections.Concurrent;
using System.Text;
using TypedEvents.Emulator;

namespace TypedEvents.Tests;

public sealed class DeadLetterCallbackTests : IDisposable
{
    private readonly CapturingLogger _log = new();
    private readonly ConcurrentQueue<DeadLetteredEvent> _called = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Each_dead_letter_is_told_with_its_reason_and_bytes_and_delivered_events_are_not()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        emulator.RejectEvents(sent => sent.Properties!.Value.GetRawText().Contains("bad", StringComparison.Ordinal), code: 40001);
        using var called = new SemaphoreSlim(0);
        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            options.LoggerFactory = _log;
            options.OnDeadLetter = letter =>
            {
                _called.Enqueue(letter);
                called.Release();
                throw new InvalidOperationException("the callback failed");
            };
        });
        tracker.Track(Trackers.Alice, new PageViewed("/good"));
        tracker.Track(Trackers.Alice, new PageViewed("/bad/1"));
        tracker.Track(Trackers.Bob, new PageViewed("/bad/2"));
        (FlushResult result, int tracked) = await FlushUntilSettledAsync(tracker, tracked: 3);
        await called.WaitAsync(Trackers.Cancellation);
        await called.WaitAsync(Trackers.Cancellation);

        Trackers.AssertAccountingInvariants(result, tracked);
        Assert.Equal(["/bad/1", "/bad/2"], _called.Select(letter => Encoding.UTF8.GetString(letter.Json.Span).Contains("/bad/1", StringComparison.Ordinal) ? "/bad/1" : "/bad/2").Order());
        Assert.All(_called, letter => Assert.Equal((DeadLetterKind.Rejected, 40001, "page_viewed"), (letter.Reason.Kind, letter.Reason.Code, letter.EventName)));
        IReadOnlyList<StoredEvent> stored = await tracker.Outbox.ListAsync(OutboxQuery.DeadLetters, 10, Trackers.Cancellation);
        Assert.Equal(stored.Select(letter => letter.Position), _called.Select(letter => letter.Position).Order());
        Assert.Single(_log.Entries, entry => entry.Text.Contains("OnDeadLetter threw", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_callback_that_hangs_holds_up_no_delivery()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        emulator.RejectEvents(sent => sent.Properties!.Value.GetRawText().Contains("bad", StringComparison.Ordinal), code: 40001);
        using var released = new ManualResetEventSlim();
        await using EventTracker tracker = Trackers.Create(emulator, options => options.OnDeadLetter = _ => released.Wait(Trackers.Cancellation));
        tracker.Track(Trackers.Alice, new PageViewed("/bad"));
        tracker.Track(Trackers.Alice, new PageViewed("/good"));
        (_, int before) = await FlushUntilSettledAsync(tracker, tracked: 2);
        tracker.Track(Trackers.Alice, new PageViewed("/later"));
        (FlushResult result, int tracked) = await FlushUntilSettledAsync(tracker, before + 1);
        Trackers.AssertAccountingInvariants(result, tracked);
        Assert.Equal((tracked - 1, 1), (result.Outbox!.Delivered, result.Outbox!.DeadLetters));
        released.Set();
    }

    /// <summary>Tracks good events until each bad one is a dead letter: an accepted event is the evidence.</summary>
    private static async Task<(FlushResult Result, int Tracked)> FlushUntilSettledAsync(EventTracker tracker, int tracked)
    {
        while (true)
        {
            FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);
            if (result.Outcome == FlushOutcome.Settled)
            {
                return (result, tracked);
            }

            tracker.Track(Trackers.Bob, new PageViewed("/evidence"));
            tracked++;
        }
    }
}
