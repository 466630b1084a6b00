using Microsoft.Extensions.Time.Testing;

namespace TypedEvents.Outbox.PostgreSql.Tests;

/// <summary>What an outbox starts doesn't keep the async locals of the caller that opened it.</summary>
public sealed class DetachedContextTests : OutboxTests
{
    private static readonly AsyncLocal<string?> Request = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Timers_and_the_heartbeat_run_without_the_execution_context_of_whoever_opened_the_outbox(bool isSuppressedAlready)
    {
        var clock = new ContextRecorder();
        PostgreSqlOutbox outbox = Open(new PostgreSqlOutboxOptions { LeaseClock = clock });
        Request.Value = "a request";
        ValueTask<IOutboxClaim?> claiming;
        using (isSuppressedAlready ? ExecutionContext.SuppressFlow() : default(IDisposable))
        {
            claiming = outbox.TryClaimAsync(Cancellation);
        }

        await using IOutboxClaim? claim = await claiming;
        Assert.NotNull(claim);

        // The timer of the lease, and then the wait of the heartbeat.
        await clock.HasBoth;
        Assert.All(clock.Seen, Assert.Null);
    }

    /// <summary>Records the async local that each timer would keep.</summary>
    private sealed class ContextRecorder : FakeTimeProvider
    {
        private readonly TaskCompletionSource _hasBoth = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly List<string?> _seen = [];

        public ContextRecorder()
            : base(DateTimeOffset.UtcNow)
        {
        }

        public Task HasBoth => _hasBoth.Task.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);

        public IReadOnlyList<string?> Seen
        {
            get
            {
                lock (_seen)
                {
                    return [.. _seen];
                }
            }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            lock (_seen)
            {
                _seen.Add(ExecutionContext.IsFlowSuppressed() ? null : Request.Value);
                if (_seen.Count >= 2)
                {
                    _hasBoth.TrySetResult();
                }
            }

            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
