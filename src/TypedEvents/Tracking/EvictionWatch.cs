using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>
/// Logs once that undelivered events were evicted from the outbox. It checks the outbox's statistics from time to time while the outbox
/// changes, until that is the case.
/// </summary>
internal sealed class EvictionWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly StatisticsReader _statistics;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private long _before = -1;
    private long _lookedAt;
    private int _isLooking;
    private volatile bool _hasLogged;

    public EvictionWatch(StatisticsReader statistics, TimeProvider clock, ILogger logger)
    {
        _statistics = statistics;
        _clock = clock;
        _logger = logger;
        _lookedAt = clock.GetTimestamp();
    }

    /// <summary>The outbox is open: what was evicted before isn't this tracker's.</summary>
    public void Begin() => _ = LookAsync();

    /// <summary>The outbox has changed.</summary>
    public void Look()
    {
        if (!_hasLogged && _clock.GetElapsedTime(Volatile.Read(ref _lookedAt)) >= Interval)
        {
            Volatile.Write(ref _lookedAt, _clock.GetTimestamp());
            _ = LookAsync();
        }
    }

    /// <summary>Notes the total number of evicted events.</summary>
    public void Note(OutboxStatistics? statistics)
    {
        if (statistics is null)
        {
            return;
        }

        long evicted = statistics.Discarded.Evicted;
        if (_before < 0)
        {
            _before = evicted;
        }
        else if (evicted > _before && !_hasLogged)
        {
            _hasLogged = true;
            Log.DeadLettersEvicted(_logger, evicted - _before);
        }
    }

    private async Task LookAsync()
    {
        if (Interlocked.Exchange(ref _isLooking, 1) != 0)
        {
            return;
        }

        try
        {
            Note(await _statistics.ReadAsync(CancellationToken.None).ConfigureAwait(false));
        }
#pragma warning disable CA1031 // Whoever appends and settles meets the same fault, and says so.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
        finally
        {
            Volatile.Write(ref _isLooking, 0);
        }
    }
}
