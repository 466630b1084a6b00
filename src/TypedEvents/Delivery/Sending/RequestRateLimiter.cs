namespace TypedEvents;

/// <summary>Says when the next request may be sent: up to N a second, and up to N at once after a pause.</summary>
internal sealed class RequestRateLimiter(int requestsPerSecond)
{
    private readonly TimeSpan _interval = TimeSpan.FromSeconds(1) / requestsPerSecond;
    private TimeSpan _paidUntil = TimeSpan.MinValue;

    /// <summary>From when on a request may go.</summary>
    public TimeSpan NextAt => _paidUntil == TimeSpan.MinValue ? TimeSpan.Zero : _paidUntil - (_interval * (requestsPerSecond - 1));

    /// <summary>Notes that a request goes now.</summary>
    public void Take(TimeSpan now) => _paidUntil = (_paidUntil > now ? _paidUntil : now) + _interval;
}
