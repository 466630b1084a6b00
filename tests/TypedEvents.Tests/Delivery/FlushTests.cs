using System.Net;
using Microsoft.Extensions.Logging.Abstractions;

namespace TypedEvents.Tests;

public sealed class FlushTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_that_are_appended_while_the_positions_are_read_are_waited_for()
    {
        await using var outbox = new SlowToTell();
        TaskCompletionSource sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<EngageAnswer> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using var loop = new DeliveryLoop(
            outbox,
            (_, _) =>
            {
                sent.SetResult();
                return answer.Task;
            },
            new Uri("https://example.org"),
            new DeliverySettings(100, 1000, TimeSpan.Zero),
            TimeProvider.System,
            NullLogger.Instance,
            () => { });
        FlushWaiter waiter = loop.BeginFlush();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task running = Task.Run(() => loop.RunAsync(ending.Token), Cancellation);

        await outbox.Asked.WaitAsync(Cancellation);
        Assert.True(await outbox.TryAppendAsync(OneEvent(), Cancellation));
        loop.SetTarget(waiter, 1);
        outbox.Tell();
        await Task.WhenAny(sent.Task, waiter.Outcome).WaitAsync(Cancellation);
        Assert.False(waiter.Outcome.IsCompleted);

        answer.SetResult(new EngageAnswer { Status = HttpStatusCode.OK, Code = 0 });
        Assert.Equal(FlushOutcome.Settled, await waiter.Outcome.WaitAsync(Cancellation));
        await ending.CancelAsync();
        await running;
    }

    private static EventBlock OneEvent()
    {
        var block = new EventBlock(100);
        block.Add(0, new EventSchema("page_viewed"), "{}"u8, TimeProvider.System);
        return block;
    }

    /// <summary>Tells the positions of the moment at which it was asked, when it is told to.</summary>
    private sealed class SlowToTell : IEventOutbox
    {
        private readonly MemoryOutbox _inner = new();
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        public void Tell() => _told.SetResult();

        public async ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken)
        {
            OutboxPositions positions = await _inner.GetPositionsAsync(cancellationToken);
            _asked.TrySetResult();
            await _told.Task.WaitAsync(cancellationToken);
            return positions;
        }

        public ValueTask<bool> TryAppendAsync(EventBlock block, CancellationToken cancellationToken) => _inner.TryAppendAsync(block, cancellationToken);

        public ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken) => _inner.TryClaimAsync(cancellationToken);

        public ValueTask<OutboxAccount> GetAccountAsync(CancellationToken cancellationToken) => _inner.GetAccountAsync(cancellationToken);

        public ValueTask<OutboxAccount> CloseAsync() => _inner.CloseAsync();

        public ValueTask DisposeAsync() => _inner.DisposeAsync();
    }
}
