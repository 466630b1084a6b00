namespace TypedEvents;

/// <summary>
/// Shared by all lanes. While the circuit is open, one request with one event is sent at a time. Only an attempt that was made because
/// it was due moves its schedule: the responses to requests that were in flight when it opened say nothing new, and an attempt that was
/// made early costs nothing if it fails.
/// </summary>
internal sealed class CircuitBreaker(Backoff backoff)
{
    private int _openings;
    private TimeSpan _openedAt;

    /// <summary>When the next attempt is due although an early one is made before; <see langword="null"/>: none is.</summary>
    private TimeSpan? _dueDespiteEarly;

    private bool _hadEarlyAttempt;

    /// <summary>Why it is open; <see langword="null"/> while it is closed.</summary>
    public CircuitOpenReason? Reason { get; private set; }

    public bool IsClosed => Reason is null;

    /// <summary>When the next probe may be sent while the circuit is open.</summary>
    public TimeSpan NextTry { get; private set; }

    /// <summary>Grows each time that the schedule moves. An attempt remembers in which period it was made.</summary>
    public int Period { get; private set; }

    public void Close()
    {
        if (!IsClosed)
        {
            Reason = null;
            _openings = 0;
            Period++;
        }
    }

    /// <summary>Opens it, or keeps it open after an attempt that didn't close it. An attempt of an earlier period changes nothing.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="period">The period in which the attempt was made.</param>
    /// <param name="now">The time.</param>
    public void Open(CircuitOpenReason reason, int period, TimeSpan now)
    {
        if (period != Period)
        {
            return;
        }

        if (_dueDespiteEarly is { } due && Reason == reason && now < due)
        {
            NextTry = due;
            _dueDespiteEarly = null;
            return;
        }

        _openings = Reason == reason ? _openings + 1 : 1;
        Reason = reason;
        Period++;
        _openedAt = now;
        _dueDespiteEarly = null;
        _hadEarlyAttempt = false;
        NextTry = now + (reason == CircuitOpenReason.Configuration ? RetrySchedules.ConfigurationWait(_openings) : backoff.After(_openings));
    }

    /// <summary>What opened it may be fixed: the next probe may be sent at once.</summary>
    public void TryNow(TimeSpan now)
    {
        NextTry = now;
        _dueDespiteEarly = null;
    }

    /// <summary>
    /// The other endpoint accepted a request, so the server may be well again: one attempt is made before it is due, once in each wait, so
    /// that an endpoint that fails alone isn't tried at the pace of the other one.
    /// </summary>
    /// <param name="madeAt">When the accepted request was made: one that is older than the failure says nothing.</param>
    /// <param name="now">The time.</param>
    public void TryEarly(TimeSpan madeAt, TimeSpan now)
    {
        if (IsClosed || _hadEarlyAttempt || madeAt < _openedAt || now >= NextTry)
        {
            return;
        }

        _hadEarlyAttempt = true;
        _dueDespiteEarly = NextTry;
        NextTry = now;
    }
}
