using System.Text;
using Microsoft.Extensions.Time.Testing;
using TypedEvents.Outbox.Testing;

namespace TypedEvents.Tests;

public sealed class MemoryOutboxTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private FakeTimeProvider Clock { get; } = Trackers.FakeClock();

    public static TheoryData<string> Cases => [.. OutboxContract.Cases.Select(item => item.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public Task The_contract_is_kept(string name) =>
        OutboxContract.Cases.Single(item => item.Name == name).RunAsync(new Factory(), Cancellation);

    [Fact]
    public async Task One_claim_holds_all_partitions()
    {
        await using var outbox = new MemoryOutbox();
        await using IOutboxClaim? claim = await outbox.TryClaimAsync(Cancellation);
        Assert.Equal(Enumerable.Range(0, Partition.Count), claim!.Partitions);
    }

    [Fact]
    public async Task What_is_left_at_the_end_is_discarded_and_counted()
    {
        var outbox = new MemoryOutbox();
        Assert.Equal(1, await outbox.AppendAsync([Block("a", "b")], Cancellation));
        OutboxStatistics statistics = (await outbox.CloseAsync())!;
        Assert.Equal(2, statistics.Discarded.LeftOver);
        Assert.Equal(0, statistics.Pending);
        Assert.Equal(2, statistics.Appended);
        await outbox.DisposeAsync();
        Assert.Equal(statistics, await outbox.GetStatisticsAsync(Cancellation));
    }

    /// <summary>So a user who is crowded out of the cache meanwhile is found before a later event that has the EUID goes first.</summary>
    [Fact]
    public async Task A_user_is_kept_as_long_as_an_event_waits()
    {
        EngageUser user = EngageUser.UserId("user-42");
        var registered = new RegisteredUser(user, new Euid(10000091198), Clock.GetUtcNow());
        await using var outbox = new MemoryOutbox(timeProvider: Clock);
        await outbox.SaveUsersAsync([registered], Cancellation);
        Assert.Empty(await outbox.FindUsersAsync([user], Cancellation));

        await outbox.AppendAsync([Block(user, "a", "b")], Cancellation);
        await outbox.SaveUsersAsync([registered], Cancellation);
        IOutboxClaim claim = (await outbox.TryClaimAsync(Cancellation))!;
        List<OutboxEvent> read = [];
        await claim.ReadAsync(new OutboxReadRequest(1) { MaxEvents = 10, MaxBytes = 1000 }, read, Cancellation);

        await claim.SettleDeliveredAsync([read[0]], Cancellation);
        Assert.Equal([registered], await outbox.FindUsersAsync([user, EngageUser.UserId("user-43")], Cancellation));

        await claim.SettleDeliveredAsync([read[1]], Cancellation);
        Assert.Empty(await outbox.FindUsersAsync([user], Cancellation));
    }

    [Fact]
    public void A_limit_that_is_too_small_is_rejected()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryOutbox(1000));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryOutbox(maxDeadLetterBytes: 1000));
    }

    private static EventBlock Block(params string[] events) => Block(default, events);

    private static EventBlock Block(EngageUser user, params string[] events) => EventBlock.Create(
        null,
        [.. events.Select(item => new BufferedEvent { Partition = 1, EventName = "sign_up", User = user, Json = Encoding.UTF8.GetBytes(item) })]);

    private sealed class Factory : OutboxFactory
    {
        public override ValueTask<IEventOutbox> CreateAsync(OutboxSpecification specification, CancellationToken cancellationToken) =>
            ValueTask.FromResult<IEventOutbox>(new MemoryOutbox(specification.MaxBytes, specification.MaxDeadLetterBytes, specification.TimeProvider));

        /// <summary>All that an event takes in memory.</summary>
        public override long SizeOf(StoredEvent stored, bool isHeld) => stored.State == StoredEventState.DeadLetter
            ? MemoryDeadLetter.SizeOf(stored.Json.Length, stored.User, stored.Reason)
            : MemoryStore.SizeOf(stored.Json.Length, stored.User) + (isHeld ? HeldNames.BytesPerEvent : 0);
    }
}
