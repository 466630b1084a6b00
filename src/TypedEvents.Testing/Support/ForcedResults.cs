namespace TypedEvents.Testing;

/// <summary>The results that a test wants the next calls to return. Thread-safe.</summary>
internal sealed class ForcedResults
{
    private readonly object _lock = new();
    private readonly LinkedList<TrackResult> _results = new();
    private volatile ForcedFlush _flush = new(FlushOutcome.Settled, null);

    /// <summary>What a flush returns.</summary>
    public ForcedFlush Flush
    {
        get => _flush;
        set => _flush = value;
    }

    public void Add(TrackResult result, int count)
    {
        lock (_lock)
        {
            for (int i = 0; i < count; i++)
            {
                _results.AddLast(result);
            }
        }
    }

    /// <summary>Takes the next result.</summary>
    /// <param name="canBeFull">Whether the call may return <see cref="TrackResult.BufferFull"/>; otherwise such a result stays for a call that may.</param>
    public TrackResult TakeNext(bool canBeFull)
    {
        lock (_lock)
        {
            if (_results.First is not { } next || (next.Value == TrackResult.BufferFull && !canBeFull))
            {
                return TrackResult.Accepted;
            }

            _results.RemoveFirst();
            return next.Value;
        }
    }
}

/// <summary>How a flush ends.</summary>
internal sealed record ForcedFlush(FlushOutcome Outcome, string? Problem);
