using System.Globalization;

namespace TypedEvents.Outbox.Testing;

internal sealed partial class ContractCases
{
    private static readonly string[] Names = ["page_viewed", "sign_up", "purchase"];

    /// <summary>The partitions that a mix uses: the others would only make each look at the outbox longer.</summary>
    private static readonly int[] MixedPartitions = [0, 5, Partition.Count - 1];

    private static readonly DeadLetterReason[] SomeReasons =
    [
        new(DeadLetterKind.Rejected, 40001, "no such property"),
        new(DeadLetterKind.Rejected, 40002),
        new(DeadLetterKind.Undeliverable, null, "403"),
        new(DeadLetterKind.UserUnknown),
    ];

    /// <summary>A random sequence of operations has the same results as with the simplest possible outbox.</summary>
    public async Task Any_mix_of_changes_ends_as_the_model_says(int seed)
    {
        const int MaxDeadLetterBytes = 80_000;
        const int Steps = 120;
        const int MostSteps = 10 * Steps;
        var random = new Random(seed);
        var model = new OutboxModel(MinBytes, MaxDeadLetterBytes, factory.SizeOf);
        await using AuditedOutbox outbox = await CreateAsync(MinBytes, MaxDeadLetterBytes);
        ClaimSet claims = await TakeAsync(outbox);
        int number = 0;

        // At least until the cap of dead letters is reached.
        for (int step = 0; step < Steps || (model.Statistics.Discarded.Evicted == 0 && step < MostSteps); step++)
        {
            Clock.Advance(TimeSpan.FromSeconds(random.Next(1, 60)));
            switch (random.Next(14))
            {
                case < 4:
                    OutboxModel.Item[][] blocks = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => MakeBlock(random, ref number))];
                    Assert.Equal(model.Append(blocks), await outbox.AppendAsync([.. blocks.Select(ToBlock)], Cancellation));
                    break;
                case < 7:
                    OutboxEvent[] delivered = await ChooseAsync(claims, random);
                    await claims.DeliverAsync(delivered);
                    model.Deliver([.. delivered.Select(TextOf)]);
                    break;
                case < 9:
                    // Events of one partition: each claim settles its own partitions, and the limits are enforced after each settlement.
                    OutboxEvent[] chosen = await ChooseAsync(claims, random);
                    OutboxEvent[] rejected = [.. chosen.Where(item => item.Partition == chosen[0].Partition)];
                    DeadLetterReason reason = SomeReasons[random.Next(SomeReasons.Length)];
                    await claims.RejectAsync(reason, rejected);
                    model.Reject([.. rejected.Select(TextOf)], reason);
                    break;
                case 9:
                    string held = Names[random.Next(Names.Length)];
                    await claims.HoldAsync(held);
                    model.Hold(held);
                    break;
                case 10:
                    string released = Names[random.Next(Names.Length)];
                    await claims.ReleaseAsync(released);
                    model.Release(released);
                    break;
                case 11:
                    // The half second: an outbox may report an event as too old only a moment later.
                    int partition = MixedPartitions[random.Next(MixedPartitions.Length)];
                    TimeSpan maxAge = TimeSpan.FromSeconds(random.Next(60, 600) + 0.5);
                    await claims.ExpireAsync(partition, maxAge);
                    model.Expire(partition, Clock.GetUtcNow() - maxAge);
                    break;
                case 12:
                    string replayed = Names[random.Next(Names.Length)];
                    Assert.Equal(
                        model.Replay(item => item.Name == replayed, Clock.GetUtcNow()),
                        await outbox.ReplayAsync(OutboxQuery.DeadLetters with { EventName = replayed }, Cancellation));
                    break;
                default:
                    await claims.DisposeAsync();
                    OutboxQuery purged = (random.Next(3) == 0 ? OutboxQuery.Pending : OutboxQuery.DeadLetters) with
                    {
                        EventName = Names[random.Next(Names.Length)],
                        AppendedBefore = Clock.GetUtcNow() - TimeSpan.FromSeconds(random.Next(600)),
                    };
                    Assert.Equal(
                        model.Purge(item => item.Name == purged.EventName
                            && item.AppendedAt < purged.AppendedBefore
                            && item.Reason is null == (purged.State == StoredEventState.Pending)),
                        await outbox.PurgeAsync(purged, Cancellation));
                    claims = await TakeAsync(outbox);
                    break;
            }

            await AssertIsAsync(outbox, claims, model);
        }

        Assert.True(model.Statistics.Discarded.Evicted > 0, "The mix reaches the cap of dead letters");
        Assert.Sequence(model.Waiting.Select(item => item.Json), (await claims.ReadAllAsync()).Select(TextOf));
        await claims.DisposeAsync();
    }

    public async Task Concurrent_appends_settlements_and_reads_lose_no_event()
    {
        const int Appenders = 4;
        const int Blocks = 50;
        await using AuditedOutbox outbox = await CreateAsync();
        outbox.IsCounting = false;
        await using ClaimSet claims = await TakeAsync(outbox);
        Task[] appending =
        [
            .. Enumerable.Range(0, Appenders).Select(appender => Task.Run(
                async () =>
                {
                    for (int i = 0; i < Blocks; i++)
                    {
                        TestEvent[] events = [.. Enumerable.Range(0, 5).Select(j => new TestEvent(appender, $"{appender}-{(i * 5) + j:000}"))];
                        Assert.Equal(1, await outbox.AppendAsync([Block(events)], Cancellation));
                    }
                },
                Cancellation)),
        ];

        Dictionary<int, List<string>> settled = Enumerable.Range(0, Appenders).ToDictionary(partition => partition, _ => new List<string>());
        bool isDone = false;
        while (!isDone)
        {
            isDone = appending.All(task => task.IsCompleted);
            foreach ((int partition, List<string> texts) in settled)
            {
                List<OutboxEvent> read = [];
                await claims.Of(partition).ReadAsync(new OutboxReadRequest(partition) { MaxEvents = 20 }, read, Cancellation);
                isDone &= read.Count == 0;
                texts.AddRange(read.Select(TextOf));
                Assert.True(texts.Count <= Blocks * 5, "A settled event isn't read again");
                await claims.DeliverAsync([.. read]);
            }
        }

        await Task.WhenAll(appending);
        foreach ((int appender, List<string> texts) in settled)
        {
            Assert.Sequence(Enumerable.Range(0, Blocks * 5).Select(i => $"{appender}-{i:000}"), texts);
        }

        await AssertStatisticsAsync(outbox, appended: Appenders * Blocks * 5, delivered: Appenders * Blocks * 5);
    }

    private OutboxModel.Item[] MakeBlock(Random random, ref int number)
    {
        var block = new OutboxModel.Item[random.Next(1, 12)];
        for (int i = 0; i < block.Length; i++)
        {
            block[i] = new OutboxModel.Item
            {
                Partition = MixedPartitions[random.Next(MixedPartitions.Length)],
                Json = (++number).ToString(CultureInfo.InvariantCulture) + new string('x', random.Next(3000)),
                Name = Names[random.Next(Names.Length)],
                User = random.Next(3) == 0 ? EngageUser.UserId($"user-{random.Next(5)}") : default,
                AppendedAt = Clock.GetUtcNow(),
            };
        }

        return block;
    }

    private static EventBlock ToBlock(OutboxModel.Item[] items) =>
        Block([.. items.Select(item => new TestEvent(item.Partition, item.Json, item.Name, item.User))]);

    private static async Task<OutboxEvent[]> ChooseAsync(ClaimSet claims, Random random) =>
        [.. (await claims.ReadAllAsync(MixedPartitions)).Where(_ => random.Next(3) > 0)];

    private async Task AssertIsAsync(AuditedOutbox outbox, ClaimSet claims, OutboxModel model)
    {
        Assert.Equal(model.Statistics, await GetStatisticsAsync(outbox) with { OldestPendingAt = null });
        Assert.Sequence(model.Waiting.Select(item => item.Json), (await claims.ReadAllAsync(MixedPartitions)).Select(TextOf));
        Assert.Equal(model.Waiting.Any(), (await outbox.GetPositionsAsync(Cancellation)).OldestPending is not null);
        foreach (string name in Names)
        {
            OutboxEvent? held = await claims.ReadHeldAsync(name);
            Assert.Equal(model.Held.FirstOrDefault(item => item.Name == name)?.Json, held is { } found ? TextOf(found) : null);
        }

        IReadOnlyList<StoredEvent> pending = await outbox.ListAsync(OutboxQuery.Pending, 10_000, Cancellation);
        Assert.Sequence(model.Pending.Select(item => (item.Json, item.Name, item.User)), pending.Select(item => (TextOf(item), item.EventName, item.User)));
        IReadOnlyList<StoredEvent> dead = await outbox.ListAsync(OutboxQuery.DeadLetters, 10_000, Cancellation);
        Assert.Sequence(
            model.DeadLetters.Select(item => (item.Json, item.Name, item.User, item.Reason)),
            dead.Select(item => (TextOf(item), item.EventName, item.User, item.Reason)));
    }
}
