namespace TypedEvents.Testing;

/// <summary>Counts calls as a tracker does, so that the accounting invariants hold for a test's statistics, too. Thread-safe.</summary>
internal sealed class CallCounters
{
    private readonly object _lock = new();
    private readonly Dictionary<TrackResult, long> _dropped = [];
    private long _appended;
    private long _enlisted;
    private long _cancelled;

    public void Count(TrackResult result, bool isEnlisted)
    {
        lock (_lock)
        {
            if (result != TrackResult.Accepted)
            {
                _dropped[result] = _dropped.GetValueOrDefault(result) + 1;
            }
            else if (isEnlisted)
            {
                _enlisted++;
            }
            else
            {
                _appended++;
            }
        }
    }

    public void CountCancelled()
    {
        lock (_lock)
        {
            _cancelled++;
        }
    }

    /// <summary>The result of a flush after which all accepted events are delivered, or, with any other outcome, pending.</summary>
    public FlushResult ToFlushResult(ForcedFlush forced)
    {
        lock (_lock)
        {
            var dropped = new DroppedEvents
            {
                BufferFull = _dropped.GetValueOrDefault(TrackResult.BufferFull),
                TooLarge = _dropped.GetValueOrDefault(TrackResult.TooLarge),
                Invalid = _dropped.GetValueOrDefault(TrackResult.Invalid),
                Filtered = _dropped.GetValueOrDefault(TrackResult.Filtered),
                Closed = _dropped.GetValueOrDefault(TrackResult.Closed),
                Cancelled = _cancelled,
                Disabled = _dropped.GetValueOrDefault(TrackResult.Disabled),
                NoUser = _dropped.GetValueOrDefault(TrackResult.NoUser),
            };
            bool isSettled = forced.Outcome == FlushOutcome.Settled;
            return new FlushResult
            {
                Outcome = forced.Outcome,
                Problem = forced.Problem,
                Tracker = new TrackerStatistics { Tracked = _appended + dropped.Total, Appended = _appended, Dropped = dropped, Enlisted = _enlisted },
                Outbox = new OutboxStatistics { Appended = _appended, Delivered = isSettled ? _appended : 0, Pending = isSettled ? 0 : _appended },
            };
        }
    }
}
