namespace TypedEvents;

/// <summary>Asks the outbox for its statistics once it is open, and remembers the last ones for when it can't say any more.</summary>
internal sealed class StatisticsReader(IEventOutbox outbox, OutboxInitializer initializer)
{
    private volatile OutboxStatistics? _last;

    /// <summary>The last statistics; <see langword="null"/> if they have never been read.</summary>
    public OutboxStatistics? Last => _last;

    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The statistics; <see langword="null"/> where this process may not read them, or the outbox isn't open.</returns>
    public async ValueTask<OutboxStatistics?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!initializer.IsOpen)
        {
            return null;
        }

        OutboxStatistics? statistics = await outbox.GetStatisticsAsync(cancellationToken).ConfigureAwait(false);
        _last = statistics ?? _last;
        return statistics;
    }
}
