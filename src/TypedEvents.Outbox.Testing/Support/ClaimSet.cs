namespace TypedEvents.Outbox.Testing;

/// <summary>The claims on all partitions of an outbox, however many claims that takes.</summary>
internal sealed class ClaimSet(CancellationToken cancellation) : IAsyncDisposable
{
    private readonly List<IOutboxClaim> _claims = [];

    public IReadOnlyList<IOutboxClaim> Claims => _claims;

    /// <summary>Claims until no partition is left, and asserts that all partitions are claimed.</summary>
    public static async Task<ClaimSet> TakeAsync(IEventOutbox outbox, CancellationToken cancellation)
    {
        var set = new ClaimSet(cancellation);
        while (await outbox.TryClaimAsync(cancellation) is { } claim)
        {
            set._claims.Add(claim);
            Assert.True(claim.Partitions.Count > 0, "A claim has at least one partition");
            Assert.True(set._claims.Sum(one => one.Partitions.Count) <= Partition.Count, "No partition has two claims");
        }

        Assert.Sequence(Enumerable.Range(0, Partition.Count), set._claims.SelectMany(claim => claim.Partitions).Order());
        return set;
    }

    public IOutboxClaim Of(int partition) => _claims.Single(claim => claim.Partitions.Contains(partition));

    public async Task<List<OutboxEvent>> ReadAsync(int partition, long after = 0)
    {
        List<OutboxEvent> events = [];
        Assert.False((await Of(partition).ReadAsync(new OutboxReadRequest(partition) { After = after }, events, cancellation)).HasMore);
        return events;
    }

    /// <summary>Reads all events that aren't held, in order.</summary>
    public Task<List<OutboxEvent>> ReadAllAsync() => ReadAllAsync(Enumerable.Range(0, Partition.Count));

    /// <summary>The same of some partitions.</summary>
    public async Task<List<OutboxEvent>> ReadAllAsync(IEnumerable<int> partitions)
    {
        List<OutboxEvent> events = [];
        foreach (int partition in partitions)
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
            if (await claim.ReadHeldAsync(eventName, after, cancellation) is { } held && !(first?.Position < held.Position))
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
            Assert.True(await part.Key.SettleDeliveredAsync([.. part], cancellation));
        }
    }

    public async Task RejectAsync(DeadLetterReason reason, params OutboxEvent[] events)
    {
        foreach (IGrouping<IOutboxClaim, OutboxEvent> part in events.GroupBy(item => Of(item.Partition)))
        {
            Assert.True(await part.Key.SettleDeadLetterAsync([.. part], reason, cancellation));
        }
    }

    /// <summary>Under each of the claims: a name is on hold in the partitions of a claim.</summary>
    public async Task HoldAsync(string eventName)
    {
        foreach (IOutboxClaim claim in _claims)
        {
            Assert.True(await claim.HoldAsync(eventName, cancellation));
        }
    }

    public async Task ReleaseAsync(string eventName)
    {
        foreach (IOutboxClaim claim in _claims)
        {
            Assert.True(await claim.ReleaseAsync(eventName, cancellation));
        }
    }

    public async Task ExpireAsync(int partition, TimeSpan maxAge, ICollection<OutboxEvent>? expired = null) =>
        Assert.True(await Of(partition).ExpireAsync(partition, maxAge, expired, cancellation));

    public async ValueTask DisposeAsync()
    {
        foreach (IOutboxClaim claim in _claims)
        {
            await claim.DisposeAsync();
        }
    }
}
