namespace TypedEvents.Outbox.PostgreSql;

/// <summary>The senders and partitions as one heartbeat found them.</summary>
/// <param name="IsAlive">Whether this process's own registration still exists.</param>
/// <param name="Senders">The senders whose lease isn't over, in the order of their registration.</param>
/// <param name="Owners">By partition, the sender that has it; <see langword="null"/>: nobody.</param>
internal sealed record SenderView(bool IsAlive, IReadOnlyList<Guid> Senders, IReadOnlyList<Guid?> Owners)
{
    /// <summary>The partitions of a sender.</summary>
    public IReadOnlyList<int> PartitionsOf(Guid sender) => [.. Enumerable.Range(0, Owners.Count).Where(partition => Owners[partition] == sender)];

    /// <summary>How many partitions nobody sends, or a sender whose lease is over.</summary>
    public int FreeCount => Owners.Count(owner => owner is null || !Senders.Contains(owner.Value));

    /// <summary>
    /// A sender's share: every process computes the same ones from the same list, so no leader is needed. The partitions are spread evenly, and
    /// the rest goes to the senders that registered first.
    /// </summary>
    public int ShareOf(Guid sender)
    {
        int rank = Senders.ToList().IndexOf(sender);
        return rank < 0 ? 0 : (Owners.Count / Senders.Count) + (rank < Owners.Count % Senders.Count ? 1 : 0);
    }

    public bool HasSameSenders(SenderView? other) => other is not null && Senders.SequenceEqual(other.Senders);
}
