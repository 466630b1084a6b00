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
        TaskCompletionSource<EngageResponse> response = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using var loop = new DeliveryLoop(
            outbox,
            (_, _, _) =>
            {
                sent.SetResult();
                return response.Task;
            },
            (_, _, _) => throw new InvalidOperationException("There is nobody to register."),
            new UserCache(1),
            new Uri("https://example.org/v1/event/report"),
            new Uri("https://example.org/v1/user/register"),
            new DeliverySettings(100, 1000, TimeSpan.Zero),
            TimeProvider.System,
            NullLogger.Instance,
            () => { },
            Random.Shared);
        PendingFlush waiter = loop.BeginFlush();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task running = Task.Run(() => loop.RunAsync(Task.CompletedTask, ending.Token), Cancellation);

        await outbox.Asked.WaitAsync(Cancellation);
        Assert.Equal(1, await outbox.AppendAsync([OneEvent()], Cancellation));
        loop.SetTarget(waiter, 1);
        outbox.Tell();
        await Task.WhenAny(sent.Task, waiter.Outcome).WaitAsync(Cancellation);
        Assert.False(waiter.Outcome.IsCompleted);

        response.SetResult(new EngageResponse { Status = HttpStatusCode.OK, Code = 0 });
        Assert.Equal(FlushOutcome.Settled, await waiter.Outcome.WaitAsync(Cancellation));
        await ending.CancelAsync();
        await running;
    }

    private static EventBlock OneEvent()
    {
        var block = new EventBlock(200, null);
        block.Add(0, new EventSchema("page_viewed"), default, "{}"u8, TimeProvider.System);
        return block;
    }

    /// <summary>Tells the positions of the moment at which it was asked, when it is told to.</summary>
    private sealed class SlowToTell() : DelegatingOutbox(new MemoryOutbox())
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        public void Tell() => _told.SetResult();

        public override async ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken)
        {
            OutboxPositions positions = await base.GetPositionsAsync(cancellationToken);
            _asked.TrySetResult();
            await _told.Task.WaitAsync(cancellationToken);
            return positions;
        }
    }
}
