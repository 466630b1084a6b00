using System.Text;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>The EUID that is saved for a person is erased with the last of their events that a purge by user removes, and not before.</summary>
public sealed class ErasureTests : OutboxTests
{
    private static readonly EngageUser Person = EngageUser.UserId("user-42");
    private static readonly EngageUser Visitor = EngageUser.AnonymousId("visitor-1");
    private static readonly EngageUser Other = EngageUser.UserId("user-43");
    private static readonly Euid PersonEuid = new(42);

    [Fact]
    public async Task A_purge_by_user_erases_the_saved_EUID_when_no_event_is_left_under_either_id()
    {
        await using SqliteOutbox outbox = Open();
        await SaveAsync(outbox);
        await AppendAsync(outbox, Person, "{}");
        await AppendAsync(outbox, PersonEuid, """{"event_name":"page_viewed","euid":42,"x":1}""");

        Assert.Equal(1, await outbox.PurgeAsync(OutboxQuery.Pending with { User = Person }, Cancellation));
        Assert.Equal([Person, Visitor, Other], await FindAsync(outbox));
        Assert.Equal(1, await outbox.PurgeAsync(OutboxQuery.Pending with { User = PersonEuid }, Cancellation));
        Assert.Equal([Other], await FindAsync(outbox));
    }

    [Fact]
    public async Task A_dead_letter_or_a_pending_event_of_another_state_keeps_the_saved_EUID()
    {
        await using SqliteOutbox outbox = Open();
        await SaveAsync(outbox);
        await AppendAsync(outbox, Person, "{}");
        Assert.Equal(0, await outbox.PurgeAsync(OutboxQuery.DeadLetters with { User = Person }, Cancellation));
        Assert.Contains(Person, await FindAsync(outbox));
        await using (IOutboxClaim claim = await ClaimAsync(outbox))
        {
            await claim.SettleDeadLetterAsync(await ReadAsync(claim), new DeadLetterReason(DeadLetterKind.Rejected), Cancellation);
        }

        Assert.Equal(0, await outbox.PurgeAsync(OutboxQuery.Pending with { User = Person }, Cancellation));
        Assert.Contains(Person, await FindAsync(outbox));
        Assert.Equal(1, await outbox.PurgeAsync(OutboxQuery.DeadLetters with { User = Person }, Cancellation));
        Assert.Equal([Visitor, Other], await FindAsync(outbox));
    }

    [Fact]
    public async Task A_person_without_events_is_erased_by_either_id_and_a_purge_of_others_erases_nobody()
    {
        await using SqliteOutbox outbox = Open();
        await SaveAsync(outbox);
        Assert.Equal(0, await outbox.PurgeAsync(OutboxQuery.Pending, Cancellation));
        Assert.Equal(0, await outbox.PurgeAsync(OutboxQuery.Pending with { User = new Euid(4) }, Cancellation));
        Assert.Equal([Person, Visitor, Other], await FindAsync(outbox));
        Assert.Equal(0, await outbox.PurgeAsync(OutboxQuery.Pending with { User = Visitor }, Cancellation));
        Assert.Equal([Person, Other], await FindAsync(outbox));
        Assert.Equal(0, await outbox.PurgeAsync(OutboxQuery.Pending with { User = PersonEuid }, Cancellation));
        Assert.Equal([Other], await FindAsync(outbox));
    }

    private async Task SaveAsync(SqliteOutbox outbox) => await outbox.SaveUsersAsync(
        [
            new RegisteredUser(Person, PersonEuid, Clock.GetUtcNow()),
            new RegisteredUser(Visitor, PersonEuid, Clock.GetUtcNow()),
            new RegisteredUser(Other, new Euid(43), Clock.GetUtcNow()),
        ],
        Cancellation);

    private static async Task<IEnumerable<EngageUser>> FindAsync(SqliteOutbox outbox) =>
        (await outbox.FindUsersAsync([Person, Visitor, Other], Cancellation)).Select(found => found.User);

    private static async Task AppendAsync(SqliteOutbox outbox, EngageUser user, string json)
    {
        var block = new EventBlock(1000, appKey: null);
        block.Add(1, new EventSchema("page_viewed"), user, Encoding.UTF8.GetBytes(json), TimeProvider.System);
        Assert.Equal(1, await outbox.AppendAsync([block], Cancellation));
    }
}
