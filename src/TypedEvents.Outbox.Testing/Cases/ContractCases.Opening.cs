namespace TypedEvents.Outbox.Testing;

internal sealed partial class ContractCases
{
    private static readonly OutboxTarget OtherProject = new(Target.BaseAddress, "another project");
    private static readonly OutboxTarget OtherAddress = new(new Uri("https://statistics-api.engagelab.com"), "shop");

    public async Task An_outbox_can_be_opened_again_with_the_same_target()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await OpenAsync(outbox, Target);
        await OpenAsync(outbox, new OutboxTarget(new Uri("https://api.engagelab.cc/"), "shop"));
        await AppendAsync(outbox, (1, "a"));
        await AssertStatisticsAsync(outbox, appended: 1, pending: 1);
    }

    public async Task A_durable_outbox_with_events_rejects_another_target()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        await OpenAsync(outbox, Target);
        await AppendAsync(outbox, (1, "a"));
        await AssertRejectsAsync(outbox, OtherProject, "shop", "another project");
        await AssertRejectsAsync(outbox, OtherAddress, Target.Address, OtherAddress.Address);
        await OpenAsync(outbox, Target);
        await AssertStatisticsAsync(outbox, appended: 1, pending: 1);
    }

    public async Task After_a_key_was_added_the_outbox_opens_with_either()
    {
        var added = new OutboxTarget(Target.BaseAddress, "shop") { ApiKeyHash = "other key" };
        await using AuditedOutbox outbox = await CreateAsync();
        await OpenAsync(outbox, Target);
        await outbox.AddTargetAsync(added, Cancellation);
        await OpenAsync(outbox, new OutboxTarget(Target.BaseAddress, "other key") { ApiKeyHash = "other key" });
        await OpenAsync(outbox, Target);
        await AppendAsync(outbox, (1, "a"));
        await AssertRejectsAsync(outbox, OtherProject);
    }

    public async Task A_durable_outbox_opened_again_has_all_that_it_had()
    {
        string name = Guid.NewGuid().ToString("N");
        EngageUser user = EngageUser.UserId("user-42");
        var registered = new RegisteredUser(user, new Euid(10000091198), Clock.GetUtcNow());
        OutboxStatistics last;
        OutboxPositions positions;
        await using (AuditedOutbox outbox = await CreateAsync(name))
        {
            await OpenAsync(outbox, Target);
            Assert.Equal(1, await outbox.AppendAsync([BlockOf("shop", new TestEvent(1, "a"), new TestEvent(1, "b", "sign_up", user), new TestEvent(2, "c"), new TestEvent(3, "d", "held"))], Cancellation));
            await outbox.SaveUsersAsync([registered], Cancellation);
            await using (ClaimSet claims = await TakeAsync(outbox))
            {
                await claims.HoldAsync("held");
                List<OutboxEvent> read = await claims.ReadAsync(1);
                await claims.DeliverAsync(read[0]);
                await claims.RejectAsync(Rejection, [.. await claims.ReadAsync(2)]);
                positions = await outbox.GetPositionsAsync(Cancellation);
            }

            last = Assert.NotNull(await outbox.CloseAsync());
        }

        await using AuditedOutbox again = await CreateAsync(name);
        if (!again.IsDurable)
        {
            Assert.Equal(2, last.Discarded.LeftOver);
            return;
        }

        await AssertRejectsAsync(again, OtherProject);
        await OpenAsync(again, Target);
        Assert.Equal(last, await again.GetStatisticsAsync(Cancellation));
        Assert.Sequence(["b", "d"], await ListTextAsync(again, OutboxQuery.Pending));
        StoredEvent deadLetter = Assert.Single(await again.ListAsync(OutboxQuery.DeadLetters, 10, Cancellation));
        Assert.Equal(("c", "shop", Rejection, Clock.GetUtcNow()), (TextOf(deadLetter), deadLetter.AppKey, deadLetter.Reason, deadLetter.AppendedAt));
        await using ClaimSet next = await TakeAsync(again);
        Assert.Equal(positions, await again.GetPositionsAsync(Cancellation));
        Assert.Sequence(["held"], next.Claims[0].HeldNames);
        OutboxEvent pending = Assert.Single(await next.ReadAsync(1));
        Assert.Equal(("b", "sign_up", "shop", user), (TextOf(pending), pending.EventName, pending.AppKey, pending.User));
        foreach (RegisteredUser found in await again.FindUsersAsync([user], Cancellation))
        {
            Assert.Equal(registered, found);
        }

        await AppendAsync(again, (1, "e"));
        Assert.Equal(positions.LastAppended + 1, (await again.GetPositionsAsync(Cancellation)).LastAppended, "A position isn't given again");
    }

    public async Task The_outbox_says_how_often_to_look_for_the_events_of_others()
    {
        await using AuditedOutbox outbox = await CreateAsync();
        Assert.True(outbox.PollInterval > TimeSpan.Zero || outbox.PollInterval == Timeout.InfiniteTimeSpan);
        Assert.Null(outbox.StatisticsUnavailableReason);
        Assert.Null(outbox.AppendOnlyReason);
    }

    private async Task OpenAsync(AuditedOutbox outbox, OutboxTarget target) =>
        await outbox.OpenAsync(new OutboxOpening { Target = target, TimeProvider = Clock }, Cancellation);

    private async Task AssertRejectsAsync(AuditedOutbox outbox, OutboxTarget target, params string[] named)
    {
        if (!outbox.IsDurable)
        {
            // Its events end with the process that knows where they go.
            await OpenAsync(outbox, target);
            return;
        }

        OutboxUnusableException rejection = await Assert.ThrowsAsync<OutboxUnusableException>(() => OpenAsync(outbox, target));
        foreach (string name in named)
        {
            Assert.True(rejection.Message.Contains(name, StringComparison.Ordinal), $"The message names {name}: {rejection.Message}");
        }
    }
}
