namespace TypedEvents;

/// <summary>Closes for all lanes. While it is closed one request at a time is tried, with one event in it.</summary>
internal sealed class Gate(Backoff backoff)
{
    private static readonly TimeSpan[] ConfigurationWaits =
        [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15)];

    private int _closings;

    /// <summary>Why it is closed; <see langword="null"/>: it is open.</summary>
    public GateReason? Reason { get; private set; }

    public bool IsOpen => Reason is null;

    /// <summary>When the next request is tried.</summary>
    public TimeSpan NextTry { get; private set; }

    public void Open()
    {
        Reason = null;
        _closings = 0;
    }

    /// <summary>Closes it, or keeps it closed after a try that didn't open it.</summary>
    public void Close(GateReason reason, TimeSpan now)
    {
        _closings = Reason == reason ? _closings + 1 : 1;
        Reason = reason;
        NextTry = now + (reason == GateReason.Configuration
            ? ConfigurationWaits[Math.Min(_closings, ConfigurationWaits.Length) - 1]
            : backoff.After(_closings));
    }

    /// <summary>What closed it may be mended: the next request is tried at once.</summary>
    public void TryNow(TimeSpan now) => NextTry = now;
}
