namespace TypedEvents;

/// <summary>Asks the outbox for its statistics, and remembers the last ones for when it can't say any more.</summary>
internal sealed class StatisticsReader(IEventOutbox outbox)
{
    private volatile OutboxStatistics? _last;

    /// <summary>What the outbox said last; <see langword="null"/> if it never did.</summary>
    public OutboxStatistics? Last => _last;

    /// <param name="cancellationToken">Ends the attempt.</param>
    public async ValueTask<OutboxStatistics> ReadAsync(CancellationToken cancellationToken)
    {
        OutboxStatistics statistics = await outbox.GetStatisticsAsync(cancellationToken).ConfigureAwait(false);
        _last = statistics;
        return statistics;
    }
}
