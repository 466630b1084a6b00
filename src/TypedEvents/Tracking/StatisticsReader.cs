namespace TypedEvents;

/// <summary>
/// Asks the outbox for its statistics once it is open, remembers the last ones for when it can't say any more, and adds up what was
/// discarded since the tracker began.
/// </summary>
internal sealed class StatisticsReader(IEventOutbox outbox, OutboxInitializer initializer)
{
    private readonly object _lock = new();
    private volatile OutboxStatistics? _last;
    private DiscardedEvents? _seen = outbox.IsDurable ? null : new DiscardedEvents();
    private DiscardedEvents _discarded = new();

    /// <summary>The last statistics; <see langword="null"/> if they have never been read.</summary>
    public OutboxStatistics? Last => _last;

    /// <summary>
    /// Whether this process counts what the outbox discards: the one that sends. Otherwise two processes that use one outbox would count the
    /// same events.
    /// </summary>
    public Func<bool> Counts { get; set; } = static () => true;

    /// <summary>What the outbox discarded since this process opened it, as far as it counts that. It never decreases.</summary>
    public DiscardedEvents Discarded
    {
        get
        {
            lock (_lock)
            {
                return _discarded;
            }
        }
    }

    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The statistics; <see langword="null"/> where this process may not read them, or the outbox isn't open.</returns>
    public async ValueTask<OutboxStatistics?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!initializer.IsOpen)
        {
            return null;
        }

        OutboxStatistics? statistics = await outbox.GetStatisticsAsync(cancellationToken).ConfigureAwait(false);
        Note(statistics);
        return statistics;
    }

    /// <summary>Notes statistics that came another way.</summary>
    public void Note(OutboxStatistics? statistics)
    {
        if (statistics is null)
        {
            return;
        }

        _last = statistics;
        bool counts = !outbox.IsDurable || Counts();
        lock (_lock)
        {
            DiscardedEvents now = statistics.Discarded;
            if (_seen is { } seen && counts)
            {
                _discarded = new DiscardedEvents
                {
                    Evicted = _discarded.Evicted + Math.Max(0, now.Evicted - seen.Evicted),
                    Purged = _discarded.Purged + Math.Max(0, now.Purged - seen.Purged),
                    LeftOver = _discarded.LeftOver + Math.Max(0, now.LeftOver - seen.LeftOver),
                };
            }

            // Two reads may end in another order than they began.
            _seen = new DiscardedEvents
            {
                Evicted = Math.Max(now.Evicted, _seen?.Evicted ?? 0),
                Purged = Math.Max(now.Purged, _seen?.Purged ?? 0),
                LeftOver = Math.Max(now.LeftOver, _seen?.LeftOver ?? 0),
            };
        }
    }
}
