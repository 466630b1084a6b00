namespace TypedEvents.Tests;

/// <summary>
/// Forwards every call to an outbox, and after each one compares its statistics with its contents: the accounting invariant, and each number
/// that can be counted.
/// </summary>
internal sealed class AuditedOutbox(IEventOutbox inner) : IEventOutbox
{
    public bool IsDurable => inner.IsDurable;

    private static readonly OutboxQuery[] States = [OutboxQuery.Pending, OutboxQuery.DeadLetters];

    /// <summary>Off while several threads use the outbox: the counts would then be slightly older than the statistics.</summary>
    public bool IsCounting { get; set; } = true;

    public IEventOutbox Inner => inner;

    public TimeSpan PollInterval => inner.PollInterval;

    public void BindTo(OutboxTarget target) => inner.BindTo(target);

    public ValueTask AddTargetAsync(OutboxTarget target, CancellationToken cancellationToken) => inner.AddTargetAsync(target, cancellationToken);

    public ValueTask<int> AppendAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken) =>
        AuditAsync(inner.AppendAsync(blocks, cancellationToken));

    public async ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken) =>
        await AuditAsync(inner.TryClaimAsync(cancellationToken)) is { } claim ? new AuditedClaim(this, claim) : null;

    public ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken) => inner.GetPositionsAsync(cancellationToken);

    public ValueTask<OutboxStatistics> GetStatisticsAsync(CancellationToken cancellationToken) => inner.GetStatisticsAsync(cancellationToken);

    public ValueTask<IReadOnlyList<StoredEvent>> ListAsync(OutboxQuery query, int maxEvents, CancellationToken cancellationToken = default) =>
        inner.ListAsync(query, maxEvents, cancellationToken);

    public ValueTask<long> CountAsync(OutboxQuery query, CancellationToken cancellationToken = default) => inner.CountAsync(query, cancellationToken);

    public ValueTask<long> ReplayAsync(OutboxQuery query, CancellationToken cancellationToken = default) =>
        AuditAsync(inner.ReplayAsync(query, cancellationToken));

    public ValueTask<long> PurgeAsync(OutboxQuery query, CancellationToken cancellationToken = default) =>
        AuditAsync(inner.PurgeAsync(query, cancellationToken));

    public ValueTask<IReadOnlyList<RegisteredUser>> FindUsersAsync(IReadOnlyList<EngageUser> users, CancellationToken cancellationToken) =>
        inner.FindUsersAsync(users, cancellationToken);

    public ValueTask SaveUsersAsync(IReadOnlyList<RegisteredUser> users, CancellationToken cancellationToken) =>
        inner.SaveUsersAsync(users, cancellationToken);

    public ValueTask<OutboxStatistics> CloseAsync() => inner.CloseAsync();

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async ValueTask<T> AuditAsync<T>(ValueTask<T> call)
    {
        T result = await call;
        OutboxStatistics statistics = await inner.GetStatisticsAsync(CancellationToken.None);
        Assert.Equal(statistics.Appended, statistics.Delivered + statistics.Pending + statistics.DeadLetters + statistics.Discarded.Total);
        if (IsCounting)
        {
            foreach (OutboxQuery state in States)
            {
                IReadOnlyList<StoredEvent> stored = await inner.ListAsync(state, int.MaxValue, CancellationToken.None);
                Assert.Equal(stored.Count, await inner.CountAsync(state, CancellationToken.None));
                Assert.Equal(stored.Count, state.State == StoredEventState.Pending ? statistics.Pending : statistics.DeadLetters);
                if (state.State == StoredEventState.Pending)
                {
                    Assert.Equal(stored.Count(item => item.User.IsExternalId), statistics.PendingRegistration);
                }
            }
        }

        return result;
    }

    private sealed class AuditedClaim(AuditedOutbox outbox, IOutboxClaim claim) : IOutboxClaim
    {
        public IReadOnlyList<int> Partitions => claim.Partitions;

        public CancellationToken LostToken => claim.LostToken;

        public IReadOnlyCollection<string> HeldNames => claim.HeldNames;

        public ValueTask<bool> ReadAsync(
            int partition,
            long after,
            int maxEvents,
            int maxBytes,
            ICollection<OutboxEvent> destination,
            CancellationToken cancellationToken) =>
            claim.ReadAsync(partition, after, maxEvents, maxBytes, destination, cancellationToken);

        public ValueTask<OutboxEvent?> ReadHeldAsync(string eventName, long after, CancellationToken cancellationToken) =>
            claim.ReadHeldAsync(eventName, after, cancellationToken);

        public ValueTask<bool> SettleDeliveredAsync(IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken) =>
            outbox.AuditAsync(claim.SettleDeliveredAsync(events, cancellationToken));

        public ValueTask<bool> SettleDeadLetterAsync(IReadOnlyList<OutboxEvent> events, DeadLetterReason reason, CancellationToken cancellationToken) =>
            outbox.AuditAsync(claim.SettleDeadLetterAsync(events, reason, cancellationToken));

        public ValueTask<bool> HoldAsync(string eventName, CancellationToken cancellationToken) =>
            outbox.AuditAsync(claim.HoldAsync(eventName, cancellationToken));

        public ValueTask<bool> ReleaseAsync(string eventName, CancellationToken cancellationToken) =>
            outbox.AuditAsync(claim.ReleaseAsync(eventName, cancellationToken));

        public ValueTask<bool> ExpireAsync(int partition, TimeSpan maxAge, CancellationToken cancellationToken) =>
            outbox.AuditAsync(claim.ExpireAsync(partition, maxAge, cancellationToken));

        public ValueTask DisposeAsync() => claim.DisposeAsync();
    }
}
