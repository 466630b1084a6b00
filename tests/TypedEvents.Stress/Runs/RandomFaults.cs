using TypedEvents.Emulator;

namespace TypedEvents.Stress;

/// <summary>Simulates random transient faults of a server.</summary>
internal sealed class RandomFaults(int seed, double share)
{
    private static readonly EmulatorBehavior[] Faults =
    [
        EmulatorBehavior.Cut,
        EmulatorBehavior.LoseResponse,
        EmulatorBehavior.Hang,
        EmulatorBehavior.Hang.AfterProcessing(),
        EmulatorBehavior.Normal.CutHalfway(),
        EmulatorBehavior.Normal.Drip(TimeSpan.FromMilliseconds(5)),
        EmulatorBehavior.Normal.After(TimeSpan.FromMilliseconds(100)),
        EmulatorBehavior.Respond(429, 50001).WithHeader("Retry-After", "1"),
        EmulatorBehavior.Respond(503, 12345),
        EmulatorBehavior.Respond(503, 0).AfterProcessing(),
        EmulatorBehavior.Respond(408),
        EmulatorBehavior.Respond(401, 40050),
        EmulatorBehavior.Respond(403),
        EmulatorBehavior.RespondRaw(200, "text/html", "<h1>Sign in</h1>"),
        EmulatorBehavior.RespondRaw(502, "text/html", "<h1>Bad gateway</h1>"),
        EmulatorBehavior.RespondHuge(1024 * 1024),
    ];

    private static readonly EmulatorBehavior TooLarge = EmulatorBehavior.Respond(413);

    private readonly Random _random = new(seed);
    private readonly Lock _lock = new();

    /// <returns>A fault, or <see langword="null"/> for a normal response.</returns>
    public EmulatorBehavior? Pick(ReceivedRequest request)
    {
        lock (_lock)
        {
            if (_random.NextDouble() >= share)
            {
                return null;
            }

            // A single event that is rejected twice while others are accepted would rightly be dead-lettered.
            int fault = _random.Next(request.Events.Count > 1 ? Faults.Length + 1 : Faults.Length);
            return fault < Faults.Length ? Faults[fault] : TooLarge;
        }
    }
}
