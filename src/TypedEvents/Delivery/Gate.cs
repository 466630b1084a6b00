namespace TypedEvents;

/// <summary>
/// Closes for all lanes. While it is closed one request at a time is tried, with one event in it. Only an attempt that was made because
/// it was due moves its schedule: the responses to requests that were in flight when it closed say nothing new, and an attempt that was
/// made early costs nothing if it fails.
/// </summary>
internal sealed class Gate(Backoff backoff)
{
    private int _closings;
    private TimeSpan _closedAt;

    /// <summary>When the next attempt is due although an early one is made before; <see langword="null"/>: none is.</summary>
    private TimeSpan? _dueDespiteEarly;

    private bool _hadEarlyAttempt;

    /// <summary>Why it is closed; <see langword="null"/>: it is open.</summary>
    public GateReason? Reason { get; private set; }

    public bool IsOpen => Reason is null;

    /// <summary>When the next request is tried.</summary>
    public TimeSpan NextTry { get; private set; }

    /// <summary>Grows each time that the schedule moves. An attempt remembers in which period it was made.</summary>
    public int Period { get; private set; }

    public void Open()
    {
        if (!IsOpen)
        {
            Reason = null;
            _closings = 0;
            Period++;
        }
    }

    /// <summary>Closes it, or keeps it closed after an attempt that didn't open it. An attempt of an earlier period changes nothing.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="period">The period in which the attempt was made.</param>
    /// <param name="now">The time.</param>
    public void Close(GateReason reason, int period, TimeSpan now)
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

        _closings = Reason == reason ? _closings + 1 : 1;
        Reason = reason;
        Period++;
        _closedAt = now;
        _dueDespiteEarly = null;
        _hadEarlyAttempt = false;
        NextTry = now + (reason == GateReason.Configuration ? RetrySchedules.ConfigurationWait(_closings) : backoff.After(_closings));
    }

    /// <summary>What closed it may be mended: the next request is tried at once.</summary>
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
        if (IsOpen || _hadEarlyAttempt || madeAt < _closedAt || now >= NextTry)
        {
            return;
        }

        _hadEarlyAttempt = true;
        _dueDespiteEarly = NextTry;
        NextTry = now;
    }
}
