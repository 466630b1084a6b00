using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace TypedEvents.Tests;

/// <summary>What a claim on a shared database says, and what the delivery loop makes of it.</summary>
public sealed class SharedClaimTests
{
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_that_became_visible_late_is_sent_before_the_later_ones_of_its_user()
    {
        await using var world = new World();
        await world.AppendAsync("a", "late", "c");
        world.Outbox.Invisible.Add(2);
        world.Outbox.Hold = true;
        await world.StepAsync();
        Assert.Empty(world.Sent);

        // "c" is read ahead already when the transaction of "late" is committed.
        world.Outbox.Invisible.Clear();
        world.Outbox.Hold = false;
        world.Loop.Wake();
        await world.RunAsync();
        Assert.Equal(["a", "late", "c"], world.Sent);
    }

    [Fact]
    public async Task A_late_position_that_can_t_be_one_is_a_fault_of_the_outbox_and_not_an_endless_read()
    {
        await using var world = new World();
        await world.AppendAsync("a");
        world.Outbox.ReportsLate = 99;
        InvalidOperationException fault = await Assert.ThrowsAsync<InvalidOperationException>(() => world.StepAsync());
        Assert.Contains("position 99 of partition", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_request_begins_while_the_claim_is_not_sure_for_as_long_as_one_may_take()
    {
        await using var world = new World();
        world.Outbox.SureFor = AttemptTimeout - TimeSpan.FromTicks(1);
        await world.AppendAsync("a");
        TimeSpan wait = await world.StepAsync();
        Assert.Empty(world.Sent);
        Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(1));

        world.Outbox.SureFor = AttemptTimeout;
        await world.RunAsync();
        Assert.Equal(["a"], world.Sent);
    }

    [Fact]
    public async Task A_recalled_claim_is_given_back_when_what_is_in_flight_is_settled_and_another_one_taken()
    {
        await using var world = new World();
        await world.AppendAsync("a");
        world.Outbox.AnswersLater = true;
        await world.StepAsync();
        Assert.Equal(["a"], world.Sent);
        world.Outbox.Recall();
        await world.AppendAsync("b");
        world.Loop.Wake();
        await world.StepAsync();
        Assert.Equal(["a"], world.Sent);
        Assert.Equal((1, 0), (world.Outbox.Claims, world.Outbox.Disposals));

        world.Answer();
        world.Outbox.AnswersLater = false;
        await world.RunAsync();
        Assert.Equal(["a", "b"], world.Sent);
        Assert.Equal((2, 1), (world.Outbox.Claims, world.Outbox.Disposals));
        Assert.Equal(2, (await world.Outbox.GetStatisticsAsync(Cancellation))!.Delivered);
    }

    [Fact]
    public async Task A_flush_waits_for_what_lies_in_the_partitions_of_another_process()
    {
        await using var world = new World();
        await world.AppendAsync("a");
        world.Outbox.Elsewhere = 1;
        world.Outbox.Invisible.Add(1);
        PendingFlush flush = world.Loop.BeginFlush();
        world.Loop.SetTarget(flush, 1);
        await world.RunAsync();
        Assert.False(flush.Outcome.IsCompleted);

        world.Outbox.Elsewhere = null;
        await world.RunAsync();
        Assert.True(flush.Outcome.IsCompleted);
        Assert.Equal(FlushOutcome.Blocked, await flush.Outcome);
    }

    private sealed class World : IAsyncDisposable
    {
        private readonly Queue<TaskCompletionSource<EngageResponse>> _unanswered = [];

        public World()
        {
            Outbox = new SharedOutbox(Clock);
            Loop = new DeliveryLoop(
                Outbox,
                (_, events, _) => SendAsync(events),
                (_, _, _) => throw new InvalidOperationException("There is nobody to register."),
                new UserCache(1),
                new Uri("https://example.org/v1/event/report"),
                new Uri("https://example.org/v1/user/register"),
                new DeliverySettings(100, 100_000, TimeSpan.Zero) { AttemptTimeout = AttemptTimeout },
                Clock,
                NullLogger.Instance,
                () => { },
                new Random(1));
        }

        public FakeTimeProvider Clock { get; } = Trackers.FakeClock();

        public SharedOutbox Outbox { get; }

        public DeliveryLoop Loop { get; }

        public List<string> Sent { get; } = [];

        public async Task AppendAsync(params string[] events)
        {
            var block = EventBlock.Create(
                null,
                [.. events.Select(name => new BufferedEvent { Partition = 1, EventName = "page_viewed", Json = Encoding.UTF8.GetBytes($$"""{"event_name":"page_viewed","euid":7,"n":"{{name}}"}""") })]);
            Assert.Equal(1, await Outbox.AppendAsync([block], Cancellation));
        }

        public async Task<TimeSpan> StepAsync() => await Loop.StepAsync(Cancellation);

        /// <summary>Steps until there is nothing to do for a while.</summary>
        public async Task RunAsync()
        {
            for (int i = 0; i < 20; i++)
            {
                TimeSpan wait = await StepAsync();
                if (wait > TimeSpan.Zero)
                {
                    Clock.Advance(TimeSpan.FromSeconds(1));
                }
            }
        }

        public void Answer() => _unanswered.Dequeue().SetResult(Accepted());

        public async ValueTask DisposeAsync()
        {
            Loop.Dispose();
            await Outbox.DisposeAsync();
        }

        private Task<EngageResponse> SendAsync(IReadOnlyList<ReadOnlyMemory<byte>> events)
        {
            Sent.AddRange(events.Select(json => Encoding.UTF8.GetString(json.Span).Split("\"n\":\"")[1].TrimEnd('"', '}')));
            if (!Outbox.AnswersLater)
            {
                return Task.FromResult(Accepted());
            }

            var later = new TaskCompletionSource<EngageResponse>();
            _unanswered.Enqueue(later);
            return later.Task;
        }

        private static EngageResponse Accepted() => new() { Status = HttpStatusCode.OK, Code = 0 };
    }

    /// <summary>A memory outbox that says of its claim what one on a shared database would.</summary>
    private sealed class SharedOutbox(TimeProvider clock) : DelegatingOutbox(new MemoryOutbox(timeProvider: clock))
    {
        private CancellationTokenSource _recalled = new();

        /// <summary>Positions whose transaction isn't committed yet.</summary>
        public HashSet<long> Invisible { get; } = [];

        /// <summary>What a read reports as late, whatever there is.</summary>
        public long? ReportsLate { get; set; }

        /// <summary>Whether the claim is sure for too short a time to send.</summary>
        public bool Hold { get; set; }

        public TimeSpan SureFor { get; set; } = TimeSpan.MaxValue;

        public long? Elsewhere { get; set; }

        public bool AnswersLater { get; set; }

        public int Claims { get; private set; }

        public int Disposals { get; private set; }

        public void Recall() => _recalled.Cancel();

        public override async ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken)
        {
            if (await base.TryClaimAsync(cancellationToken) is not { } claim)
            {
                return null;
            }

            Claims++;
            _recalled = new CancellationTokenSource();
            return new Claim(claim, this, _recalled.Token);
        }

        public override async ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken) =>
            await base.GetPositionsAsync(cancellationToken) with { OldestPendingElsewhere = Elsewhere };

        private sealed class Claim(IOutboxClaim inner, SharedOutbox outbox, CancellationToken recalled) : DelegatingClaim(inner)
        {
            private readonly Dictionary<int, HashSet<long>> _hidden = [];

            public override CancellationToken RecalledToken => recalled;

            public override TimeSpan SureFor => outbox.Hold ? TimeSpan.Zero : outbox.SureFor;

            public override async ValueTask<OutboxReadResult> ReadAsync(
                OutboxReadRequest request,
                ICollection<OutboxEvent> destination,
                CancellationToken cancellationToken)
            {
                if (outbox.ReportsLate is { } reported)
                {
                    return new OutboxReadResult { LatePosition = reported };
                }

                HashSet<long> hidden = _hidden.TryGetValue(request.Partition, out HashSet<long>? before) ? before : _hidden[request.Partition] = [];
                long[] late = [.. hidden.Where(position => position <= request.After && !outbox.Invisible.Contains(position))];
                hidden.RemoveWhere(position => !outbox.Invisible.Contains(position));
                if (late.Length > 0)
                {
                    return new OutboxReadResult { LatePosition = late.Min() };
                }

                List<OutboxEvent> read = [];
                OutboxReadResult result = await base.ReadAsync(request, read, cancellationToken);
                foreach (OutboxEvent one in read)
                {
                    if (outbox.Invisible.Contains(one.Position))
                    {
                        hidden.Add(one.Position);
                    }
                    else
                    {
                        destination.Add(one);
                    }
                }

                return result;
            }

            public override ValueTask DisposeAsync()
            {
                outbox.Disposals++;
                return base.DisposeAsync();
            }
        }
    }
}
