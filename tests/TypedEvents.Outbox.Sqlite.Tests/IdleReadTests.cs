namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>The sender looks for new events each second: where nothing is pending, that is one question to the file, not one for each partition.</summary>
public sealed class IdleReadTests : OutboxTests
{
    [Fact]
    public async Task A_round_of_reads_asks_the_file_once_while_nothing_is_pending()
    {
        await using SqliteOutbox outbox = Open();
        await using IOutboxClaim claim = (await outbox.TryClaimAsync(Cancellation))!;
        Assert.Empty(await ReadAllAsync(claim));

        long before = outbox.Reads;
        Assert.Empty(await ReadAllAsync(claim));
        Assert.Empty(await ReadAllAsync(claim));

        // The host may be so slow that one answer doesn't last for a round.
        Assert.InRange(outbox.Reads - before, 2, 8);
    }

    [Fact]
    public async Task An_event_is_found_by_the_next_round_whoever_appended_it()
    {
        await using SqliteOutbox outbox = Open();
        await using IOutboxClaim claim = (await outbox.TryClaimAsync(Cancellation))!;
        await using SqliteOutbox other = Open();
        Assert.Empty(await ReadAllAsync(claim));
        Assert.Empty(await ReadAllAsync(claim));

        await AppendAsync(outbox, "{}");
        OutboxEvent own = Assert.Single(await ReadAllAsync(claim));
        await claim.SettleDeliveredAsync([own], Cancellation);
        Assert.Empty(await ReadAllAsync(claim));
        Assert.Empty(await ReadAllAsync(claim));

        await AppendAsync(other, "{}");
        Assert.Single(await ReadAllAsync(claim));
    }

    [Fact]
    public async Task An_event_that_this_process_appends_within_a_round_is_found_by_it()
    {
        await using SqliteOutbox outbox = Open();
        await using IOutboxClaim claim = (await outbox.TryClaimAsync(Cancellation))!;
        Assert.Empty(await ReadAllAsync(claim));

        // The question about partition 0 has answered for partition 1, too.
        List<OutboxEvent> read = [];
        await claim.ReadAsync(new OutboxReadRequest(0), read, Cancellation);
        await AppendAsync(outbox, "{}");
        await claim.ReadAsync(new OutboxReadRequest(1), read, Cancellation);

        Assert.Single(read);
    }

    private static async Task<List<OutboxEvent>> ReadAllAsync(IOutboxClaim claim)
    {
        List<OutboxEvent> read = [];
        for (int partition = 0; partition < Partition.Count; partition++)
        {
            await claim.ReadAsync(new OutboxReadRequest(partition), read, Cancellation);
        }

        return read;
    }
}
