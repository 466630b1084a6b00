using Microsoft.Extensions.Logging.Abstractions;

namespace TypedEvents.Tests;

/// <summary>The clock stands still: events that the outbox rejected are appended as soon as there is room, not at the next retry.</summary>
public sealed class OutboxAppenderTests : IAsyncDisposable
{
    private static readonly EventSchema Schema = new("page_viewed");

    private readonly MemoryOutbox _inner = new();
    private readonly CancellationTokenSource _end = new();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _end.Dispose();
        await _inner.DisposeAsync();
    }

    [Fact]
    public async Task Room_that_is_made_later_is_used_at_once()
    {
        var outbox = new BlockableOutbox(_inner) { IsOpen = false };
        (Task<bool> appended, OutboxAppender appender) = Run(outbox);
        await outbox.Rejected.WaitAsync(TestContext.Current.CancellationToken);

        outbox.IsOpen = true;
        appender.NoteRoom();
        Assert.True(await appended.WaitAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Room_that_is_made_while_an_attempt_fails_is_used_at_once()
    {
        var outbox = new BlockableOutbox(_inner) { IsOpen = false };
        OutboxAppender? appender = null;
        outbox.OnRejected = () =>
        {
            outbox.IsOpen = true;
            appender!.NoteRoom();
        };
        (Task<bool> appended, _) = Run(outbox, made => appender = made);
        Assert.True(await appended.WaitAsync(TestContext.Current.CancellationToken));
    }

    private (Task<bool> Appended, OutboxAppender Appender) Run(BlockableOutbox outbox, Action<OutboxAppender>? onMade = null)
    {
        var buffer = new EventBuffer(64 * 1024, null, Trackers.FakeClock());
        buffer.TryAdd(new EncodedEvent(Schema, 0, default, "{}"u8), isAwaited: true, out Task<bool>? appended, out _);
        var opening = new OutboxOpening { Target = new OutboxTarget(new Uri("https://example.org"), "shop") };
        var initializer = new OutboxInitializer(outbox, opening, new Backoff(Random.Shared), buffer.Clock, NullLogger.Instance);
        Assert.True(initializer.RunAsync(static () => { }, _end.Token).IsCompletedSuccessfully);
        var appender = new OutboxAppender(buffer, outbox, initializer, NullLogger.Instance, onAppended: () => { });
        onMade?.Invoke(appender);
        _ = Task.Run(() => appender.RunAsync(_end.Token));
        return (appended!, appender);
    }
}
