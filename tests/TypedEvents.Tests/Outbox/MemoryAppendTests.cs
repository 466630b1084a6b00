using System.Text;

namespace TypedEvents.Tests;

/// <summary>
/// Events of a block that have the same name and partition are appended together. What is read is what each of them was, wherever such a run begins and ends:
/// at another name, another partition, a user with an external id, or the end of a piece of memory.
/// </summary>
public sealed class MemoryAppendTests
{
    [Fact]
    public async Task Blocks_of_any_mixture_are_read_as_they_were_appended()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        for (int seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            await using var outbox = new MemoryOutbox();
            await using IOutboxClaim claim = (await outbox.TryClaimAsync(cancellationToken))!;
            List<(long Position, string? AppKey, BufferedEvent Event)> appended = [];
            if (random.Next(3) == 0)
            {
                await claim.HoldAsync("name-0", cancellationToken);
            }

            for (int i = random.Next(1, 8); i > 0; i--)
            {
                string? appKey = random.Next(4) == 0 ? "another" : null;
                BufferedEvent[] events = Events(random, appended.Count + 1);
                Assert.Equal(1, await outbox.AppendAsync([EventBlock.Create(appKey, events)], cancellationToken));
                foreach (BufferedEvent one in events)
                {
                    appended.Add((appended.Count + 1, appKey, one));
                }
            }

            OutboxStatistics statistics = (await outbox.GetStatisticsAsync(cancellationToken))!;
            Assert.Equal((appended.Count, appended.Count), (statistics.Appended, statistics.Pending));
            await claim.ReleaseAsync("name-0", cancellationToken);
            List<OutboxEvent> read = [];
            for (int partition = 0; partition < Partition.Count; partition++)
            {
                int before = read.Count;
                while ((await claim.ReadAsync(new OutboxReadRequest(partition) { After = read.Count > before ? read[^1].Position : 0, MaxEvents = random.Next(1, 50) }, read, cancellationToken)).HasMore)
                {
                }
            }

            Assert.Equal(
                appended.Select(one => (one.Position, one.AppKey, one.Event.Partition, one.Event.EventName, one.Event.User, Encoding.UTF8.GetString(one.Event.Json.Span))),
                read.OrderBy(one => one.Position).Select(one => (one.Position, one.AppKey, one.Partition, one.EventName, one.User, Encoding.UTF8.GetString(one.Json.Span))));
            Assert.True(await claim.SettleDeliveredAsync([.. read], cancellationToken));

            // Nothing is counted any more: there is room for an event above the limit.
            EventBlock large = EventBlock.Create(null, [new BufferedEvent { Partition = 0, EventName = "large", Json = new byte[MemoryOutbox.DefaultMaxBytes - 1000] }]);
            Assert.Equal(1, await outbox.AppendAsync([large], cancellationToken));
        }
    }

    [Fact]
    public async Task Events_of_a_name_on_hold_are_held_although_they_are_appended_among_others()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using var outbox = new MemoryOutbox();
        await using IOutboxClaim claim = (await outbox.TryClaimAsync(cancellationToken))!;
        await claim.HoldAsync("held", cancellationToken);

        await outbox.AppendAsync([EventBlock.Create(null, [.. from name in (string[])["good", "held", "held", "good"] select new BufferedEvent { Partition = 1, EventName = name, Json = new byte[10] }])], cancellationToken);

        List<OutboxEvent> read = [];
        await claim.ReadAsync(new OutboxReadRequest(1), read, cancellationToken);
        Assert.Equal([1, 4], read.Select(one => one.Position));
        Assert.Equal(2, (await outbox.GetStatisticsAsync(cancellationToken))!.Held);
        Assert.Equal(2, (await claim.ReadHeldAsync("held", 0, cancellationToken))?.Position);
    }

    /// <summary>Runs of a name and partition, some long and some of large events, with users in between whose EUID isn't known.</summary>
    private static BufferedEvent[] Events(Random random, long first)
    {
        List<BufferedEvent> events = [];
        for (int runs = random.Next(1, 10); runs > 0; runs--)
        {
            int partition = random.Next(Partition.Count);
            string name = $"name-{random.Next(3)}";
            int largest = random.Next(5) == 0 ? 40_000 : 400;
            for (int i = random.Next(1, largest > 400 ? 4 : 150); i > 0; i--)
            {
                events.Add(new BufferedEvent
                {
                    Partition = partition,
                    EventName = name,
                    User = random.Next(20) == 0 ? EngageUser.UserId($"user-{random.Next(5)}") : default,
                    Json = Encoding.ASCII.GetBytes(FormattableString.Invariant($"{first + events.Count}").PadRight(random.Next(1, largest), (char)random.Next('a', 'z' + 1))),
                });
            }
        }

        return [.. events];
    }
}
