namespace TypedEvents.Outbox.Testing;

/// <summary>
/// Passes every call on to an outbox, and compares its statistics with what is in it after each: the accounting invariant, and each number that
/// can be counted.
/// </summary>
internal sealed class AuditedOutbox(IEventOutbox inner) : DelegatingOutbox(inner)
{
    private static readonly OutboxQuery[] States = [OutboxQuery.Pending, OutboxQuery.DeadLetters];

    /// <summary>Off while several threads are at it: then what is counted is a moment older than the statistics.</summary>
    public bool IsCounting { get; set; } = true;

    public override ValueTask<int> AppendAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken) =>
        AuditAsync(base.AppendAsync(blocks, cancellationToken));

    public override async ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken) =>
        await AuditAsync(base.TryClaimAsync(cancellationToken)) is { } claim ? new AuditedClaim(this, claim) : null;

    public override ValueTask<long> ReplayAsync(OutboxQuery query, CancellationToken cancellationToken = default) =>
        AuditAsync(base.ReplayAsync(query, cancellationToken));

    public override ValueTask<long> PurgeAsync(OutboxQuery query, CancellationToken cancellationToken = default) =>
        AuditAsync(base.PurgeAsync(query, cancellationToken));

    private async ValueTask<T> AuditAsync<T>(ValueTask<T> call)
    {
        T result = await call;
        OutboxStatistics statistics = Assert.NotNull(await Inner.GetStatisticsAsync(CancellationToken.None));
        Assert.Equal(statistics.Appended, statistics.Delivered + statistics.Pending + statistics.DeadLetters + statistics.Discarded.Total);
        Assert.InRange(statistics.Held, 0, statistics.Pending);
        Assert.Equal(statistics.Held == statistics.Pending, statistics.OldestPendingAt is null);
        if (IsCounting)
        {
            await CountAsync(statistics);
        }

        return result;
    }

    private async ValueTask CountAsync(OutboxStatistics statistics)
    {
        foreach (OutboxQuery state in States)
        {
            IReadOnlyList<StoredEvent> stored = await Inner.ListAsync(state, int.MaxValue, CancellationToken.None);
            Assert.Equal(stored.Count, await Inner.CountAsync(state, CancellationToken.None));
            if (state.State == StoredEventState.Pending)
            {
                Assert.Equal(stored.Count, statistics.Pending);
                Assert.Equal(stored.Count(item => item.User.IsExternalId), statistics.PendingRegistration);
            }
            else
            {
                Assert.Equal(stored.Count, statistics.DeadLetters);
            }
        }

        IReadOnlyList<long> byPartition = Assert.NotNull(await Inner.CountPendingByPartitionAsync(CancellationToken.None));
        Assert.Equal(Partition.Count, byPartition.Count);
        Assert.Equal(statistics.Pending, byPartition.Sum());
    }

    private sealed class AuditedClaim(AuditedOutbox outbox, IOutboxClaim claim) : DelegatingClaim(claim)
    {
        public override ValueTask<bool> SettleDeliveredAsync(IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken) =>
            outbox.AuditAsync(base.SettleDeliveredAsync(events, cancellationToken));

        public override ValueTask<bool> SettleDeadLetterAsync(IReadOnlyList<OutboxEvent> events, DeadLetterReason reason, CancellationToken cancellationToken) =>
            outbox.AuditAsync(base.SettleDeadLetterAsync(events, reason, cancellationToken));

        public override ValueTask<bool> HoldAsync(string eventName, CancellationToken cancellationToken) =>
            outbox.AuditAsync(base.HoldAsync(eventName, cancellationToken));

        public override ValueTask<bool> ReleaseAsync(string eventName, CancellationToken cancellationToken) =>
            outbox.AuditAsync(base.ReleaseAsync(eventName, cancellationToken));

        public override ValueTask<bool> ExpireAsync(int partition, TimeSpan maxAge, ICollection<OutboxEvent>? expired, CancellationToken cancellationToken) =>
            outbox.AuditAsync(base.ExpireAsync(partition, maxAge, expired, cancellationToken));
    }
}
