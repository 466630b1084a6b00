namespace TypedEvents;

/// <summary>Reads the outbox's statistics, and remembers the last ones in case they can't be read anymore.</summary>
internal sealed class StatisticsReader(IEventOutbox outbox)
{
    private volatile OutboxStatistics? _last;

    /// <summary>The last statistics; <see langword="null"/> if they have never been read.</summary>
    public OutboxStatistics? Last => _last;

    /// <param name="cancellationToken">Cancels the attempt.</param>
    public async ValueTask<OutboxStatistics> ReadAsync(CancellationToken cancellationToken)
    {
        OutboxStatistics statistics = await outbox.GetStatisticsAsync(cancellationToken).ConfigureAwait(false);
        _last = statistics;
        return statistics;
    }
}
