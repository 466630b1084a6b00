using TypedEvents.Outbox.PostgreSql;

namespace TypedEvents.Benchmarks.PostgreSql;

/// <summary>One sender that appends to its partitions in turn, reads what it appended and settles it, by the members of an outbox.</summary>
internal sealed class OutboxSender(IEventOutbox outbox, IOutboxClaim claim) : IAsyncDisposable
{
    private readonly long[] _cursors = new long[Partition.Count];
    private int _turn;

    public async Task<int> AppendAsync(int cycles)
    {
        for (int i = 0; i < cycles; i++)
        {
            await outbox.AppendAsync(Blocks.Of(Next()), default);
        }

        return cycles * Blocks.Events;
    }

    public async Task<int> CycleAsync(int cycles)
    {
        for (int i = 0; i < cycles; i++)
        {
            int partition = Next();
            if (await outbox.AppendAsync(Blocks.Of(partition), default) != 1)
            {
                throw new InvalidOperationException("The outbox has no room.");
            }

            List<OutboxEvent> read = [];
            await claim.ReadAsync(new OutboxReadRequest(partition) { After = _cursors[partition], MaxEvents = Blocks.Events }, read, default);
            if (read.Count != Blocks.Events || !await claim.SettleDeliveredAsync(read, default))
            {
                throw new InvalidOperationException($"{read.Count} events were read, or the claim is lost.");
            }

            _cursors[partition] = read[^1].Position;
        }

        return cycles * Blocks.Events;
    }

    public async ValueTask DisposeAsync()
    {
        await claim.DisposeAsync();
        await outbox.CloseAsync();
        await outbox.DisposeAsync();
    }

    /// <summary>Senders that share the outbox in a schema evenly.</summary>
    public static async Task<OutboxSender[]> OpenAsync(string connectionString, string schema, int count)
    {
        var options = new PostgreSqlOutboxOptions { Schema = schema, LeaseDuration = TimeSpan.FromMinutes(5) };
        PostgreSqlOutbox[] outboxes = [.. Enumerable.Range(0, count).Select(_ => PostgreSqlOutbox.Create(connectionString, options))];
        var claims = new IOutboxClaim?[count];
        while (Array.Exists(claims, claim => claim is null || claim.Partitions.Count != Partition.Count / count))
        {
            for (int i = 0; i < count; i++)
            {
                if (claims[i] is { RecalledToken.IsCancellationRequested: true } recalled)
                {
                    await recalled.DisposeAsync();
                    claims[i] = null;
                }

                claims[i] ??= await outboxes[i].TryClaimAsync(default);
            }

            await Task.Delay(100);
        }

        return [.. outboxes.Select((outbox, i) => new OutboxSender(outbox, claims[i]!))];
    }

    private int Next() => claim.Partitions[_turn++ % claim.Partitions.Count];
}
