using TypedEvents.Collector;

namespace TypedEvents.Torture;

/// <summary>A server that fails in every way that passes, at random.</summary>
internal sealed class RandomFaults(int seed, double share)
{
    private static readonly CollectorBehavior[] Faults =
    [
        CollectorBehavior.Cut,
        CollectorBehavior.LoseAnswer,
        CollectorBehavior.Hang,
        CollectorBehavior.Hang.AfterKeeping(),
        CollectorBehavior.Normal.CutHalfway(),
        CollectorBehavior.Normal.Drip(TimeSpan.FromMilliseconds(5)),
        CollectorBehavior.Normal.After(TimeSpan.FromMilliseconds(100)),
        CollectorBehavior.Answer(429, 50001).WithHeader("Retry-After", "1"),
        CollectorBehavior.Answer(503, 12345),
        CollectorBehavior.Answer(503, 0).AfterKeeping(),
        CollectorBehavior.Answer(408),
        CollectorBehavior.Answer(401, 40050),
        CollectorBehavior.Answer(403),
        CollectorBehavior.AnswerRaw(200, "text/html", "<h1>Sign in</h1>"),
        CollectorBehavior.AnswerRaw(502, "text/html", "<h1>Bad gateway</h1>"),
        CollectorBehavior.AnswerHuge(1024 * 1024),
    ];

    private static readonly CollectorBehavior TooLarge = CollectorBehavior.Answer(413);

    private readonly Random _random = new(seed);
    private readonly Lock _lock = new();

    /// <returns>A fault, or <see langword="null"/> for a normal answer.</returns>
    public CollectorBehavior? Pick(ReceivedRequest request)
    {
        lock (_lock)
        {
            if (_random.NextDouble() >= share)
            {
                return null;
            }

            // A single event that is refused twice while others are accepted would be a dead letter, as it should.
            int fault = _random.Next(request.Events.Count > 1 ? Faults.Length + 1 : Faults.Length);
            return fault < Faults.Length ? Faults[fault] : TooLarge;
        }
    }
}
