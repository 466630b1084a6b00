namespace TypedEvents.Tests;

/// <summary>The claims on all partitions of an outbox, however many claims that takes.</summary>
internal sealed class ClaimSet : IAsyncDisposable
{
    private readonly List<IOutboxClaim> _claims = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public IReadOnlyList<IOutboxClaim> Claims => _claims;

    /// <summary>Claims until no partition is left, and asserts that all partitions are claimed.</summary>
    public static async Task<ClaimSet> TakeAsync(IEventOutbox outbox)
    {
        var set = new ClaimSet();
        while (await outbox.TryClaimAsync(Cancellation) is { } claim)
        {
            set._claims.Add(claim);
        }

        Assert.Equal(Enumerable.Range(0, Partition.Count), set._claims.SelectMany(claim => claim.Partitions).Order());
        return set;
    }

    public IOutboxClaim Of(int partition) => _claims.Single(claim => claim.Partitions.Contains(partition));

    public async Task<List<OutboxEvent>> ReadAsync(int partition, long after = 0)
    {
        List<OutboxEvent> events = [];
        Assert.False(await Of(partition).ReadAsync(partition, after, int.MaxValue, int.MaxValue, events, Cancellation));
        return events;
    }

    /// <summary>Reads all events that aren't held, in order.</summary>
    public async Task<List<OutboxEvent>> ReadAllAsync()
    {
        List<OutboxEvent> events = [];
        for (int partition = 0; partition < Partition.Count; partition++)
        {
            events.AddRange(await ReadAsync(partition));
        }

        events.Sort((one, other) => one.Position.CompareTo(other.Position));
        return events;
    }

    public async Task<OutboxEvent?> ReadHeldAsync(string eventName, long after = 0)
    {
        OutboxEvent? first = null;
        foreach (IOutboxClaim claim in _claims)
        {
            if (await claim.ReadHeldAsync(eventName, after, Cancellation) is { } held && !(first?.Position < held.Position))
            {
                first = held;
            }
        }

        return first;
    }

    public async Task DeliverAsync(params OutboxEvent[] events)
    {
        foreach (IGrouping<IOutboxClaim, OutboxEvent> part in events.GroupBy(item => Of(item.Partition)))
        {
            Assert.True(await part.Key.SettleDeliveredAsync([.. part], Cancellation));
        }
    }

    public async Task RejectAsync(DeadLetterReason reason, params OutboxEvent[] events)
    {
        foreach (IGrouping<IOutboxClaim, OutboxEvent> part in events.GroupBy(item => Of(item.Partition)))
        {
            Assert.True(await part.Key.SettleDeadLetterAsync([.. part], reason, Cancellation));
        }
    }

    public async Task HoldAsync(string eventName) => Assert.True(await _claims[0].HoldAsync(eventName, Cancellation));

    public async Task ReleaseAsync(string eventName) => Assert.True(await _claims[0].ReleaseAsync(eventName, Cancellation));

    public async Task ExpireAsync(int partition, TimeSpan maxAge) => Assert.True(await Of(partition).ExpireAsync(partition, maxAge, Cancellation));

    public async ValueTask DisposeAsync()
    {
        foreach (IOutboxClaim claim in _claims)
        {
            await claim.DisposeAsync();
        }
    }
}
