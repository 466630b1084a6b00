using System.Text;
using TypedEvents.Outbox;

namespace TypedEvents.Cli.Tests;

/// <summary>The events of an outbox: dead letters of two names, and pending ones of two users.</summary>
internal static class SampleEvents
{
    public static readonly EngageUser Alice = EngageUser.UserId("alice@example.org");
    private static readonly Euid AliceEuid = new(10000091198);

    /// <summary>
    /// Dead letters sign_up (rejected, 40001) and page_viewed (undeliverable); pending page_viewed, and of Alice, by her id and by her EUID, two
    /// sign_up. In a new outbox their positions are 1 to 5.
    /// </summary>
    public static async Task AddToAsync(IEventOutbox outbox)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await outbox.OpenAsync(new OutboxOpening { Target = new OutboxTarget(new Uri("https://api.engagelab.cc"), "shop") }, cancellationToken);
        await outbox.AppendAsync(
            [EventBlock.Create("shop", [Event("sign_up", 7), Event("page_viewed", 8), Event("page_viewed", 9), Event("sign_up", 0, Alice), Event("sign_up", AliceEuid.Value)])],
            cancellationToken);
        await outbox.SaveUsersAsync([new RegisteredUser(Alice, AliceEuid, DateTimeOffset.UnixEpoch)], cancellationToken);
        await using IOutboxClaim claim = (await outbox.TryClaimAsync(cancellationToken))!;
        List<OutboxEvent> events = [];
        foreach (int partition in claim.Partitions)
        {
            await claim.ReadAsync(new OutboxReadRequest(partition), events, cancellationToken);
        }

        events.Sort((left, right) => left.Position.CompareTo(right.Position));
        Assert.True(await claim.SettleDeadLetterAsync([events[0]], new DeadLetterReason(DeadLetterKind.Rejected, 40001, "no such \u001b[31mproperty"), cancellationToken));
        Assert.True(await claim.SettleDeadLetterAsync([events[1]], new DeadLetterReason(DeadLetterKind.Undeliverable), cancellationToken));
    }

    private static BufferedEvent Event(string name, long euid, EngageUser user = default)
    {
        // Blanks stand for an EUID that isn't known yet.
        string digits = euid == 0 ? new string(' ', 19) : $"{euid}";
        return new BufferedEvent
        {
            Partition = 0,
            EventName = name,
            User = user,
            Json = Encoding.UTF8.GetBytes($$$"""{"event_name":"{{{name}}}","euid":{{{digits}}},"time":1,"random_id":"1","properties":{}}"""),
        };
    }
}
