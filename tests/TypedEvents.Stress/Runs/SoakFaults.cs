using System.Collections.Concurrent;
using TypedEvents.Emulator;

namespace TypedEvents.Stress;

/// <summary>
/// Simulates a server that changes between phases: it works, fails in one way, fails in random ways, or rejects everything. It records what
/// it did with each request, so that the outcome of each event can be verified.
/// </summary>
internal sealed class SoakFaults(int seed)
{
    private const double ShareOfFaults = 0.3;
    private const double ShareOfGoodPhases = 0.4;

    private static readonly (string Name, EmulatorBehavior Behavior, SoakDisposition Fate)[] Faults =
    [
        ("400", EmulatorBehavior.Respond(400, 90400), SoakDisposition.Rejected),
        ("422", EmulatorBehavior.Respond(422), SoakDisposition.Rejected),
        ("413", EmulatorBehavior.Respond(413), SoakDisposition.Rejected),
        ("200 with another code", EmulatorBehavior.Respond(200, 55102), SoakDisposition.Rejected),
        ("500", EmulatorBehavior.Respond(500, 12345), SoakDisposition.Failed),
        ("503, recorded", EmulatorBehavior.Respond(503, 0).AfterProcessing(), SoakDisposition.Unknown),
        ("408", EmulatorBehavior.Respond(408), SoakDisposition.Failed),
        ("401 with 40050", EmulatorBehavior.Respond(401, 40050), SoakDisposition.Failed),
        ("403", EmulatorBehavior.Respond(403), SoakDisposition.Failed),
        ("a page", EmulatorBehavior.RespondRaw(200, "text/html", "<h1>Sign in</h1>"), SoakDisposition.Failed),
        ("429 with Retry-After", EmulatorBehavior.Respond(429, 50001).WithHeader("Retry-After", "2"), SoakDisposition.Failed),
        ("302", EmulatorBehavior.Respond(302).WithHeader("Location", "http://127.0.0.1:1/"), SoakDisposition.Failed),
        ("307", EmulatorBehavior.Respond(307).WithHeader("Location", "http://127.0.0.1:1/"), SoakDisposition.Failed),
        ("308", EmulatorBehavior.Respond(308).WithHeader("Location", "http://127.0.0.1:1/"), SoakDisposition.Failed),
        ("hang", EmulatorBehavior.Hang, SoakDisposition.Failed),
        ("hang, recorded", EmulatorBehavior.Hang.AfterProcessing(), SoakDisposition.Unknown),
        ("cut", EmulatorBehavior.Cut, SoakDisposition.Failed),
        ("response lost", EmulatorBehavior.LoseResponse, SoakDisposition.Unknown),
        ("response cut", EmulatorBehavior.Normal.CutHalfway(), SoakDisposition.Unknown),
        ("huge response", EmulatorBehavior.RespondHuge(1024 * 1024), SoakDisposition.Failed),
        ("slow", EmulatorBehavior.Normal.After(TimeSpan.FromMilliseconds(100)), SoakDisposition.Normal),
        ("a byte at a time", EmulatorBehavior.Normal.Drip(TimeSpan.FromMilliseconds(5)), SoakDisposition.Normal),
    ];

    private readonly ConcurrentDictionary<ReceivedRequest, SoakDisposition> _dispositions = new(ReferenceEqualityComparer.Instance);
    private readonly Random _random = new(seed);
    private readonly Lock _lock = new();
    private readonly HashSet<string> _seen = [];
    private Phase _phase = Phase.Good;
    private int _fault;

    private enum Phase
    {
        Good,
        Random,
        Faulty,
    }

    /// <summary>The number of kinds of faults that occurred, and of all kinds.</summary>
    public (int Seen, int All) Kinds
    {
        get
        {
            lock (_lock)
            {
                return (_seen.Count, Faults.Length);
            }
        }
    }

    /// <summary>What was done with a request; a request that isn't recorded yet counts as failed.</summary>
    public SoakDisposition DispositionOf(ReceivedRequest request) => _dispositions.GetValueOrDefault(request, SoakDisposition.Failed);

    public void ChangePhase()
    {
        lock (_lock)
        {
            double draw = _random.NextDouble();
            _phase = draw < ShareOfGoodPhases ? Phase.Good : draw < (1 + ShareOfGoodPhases) / 2 ? Phase.Random : Phase.Faulty;
            _fault = _random.Next(Faults.Length);
        }
    }

    public void BehaveWell()
    {
        lock (_lock)
        {
            _phase = Phase.Good;
        }
    }

    public EmulatorBehavior? Choose(ReceivedRequest request)
    {
        lock (_lock)
        {
            bool isFaulty = _phase == Phase.Faulty || (_phase == Phase.Random && _random.NextDouble() < ShareOfFaults);
            (string name, EmulatorBehavior behavior, SoakDisposition disposition) = Faults[_phase == Phase.Faulty ? _fault : _random.Next(Faults.Length)];

            // A user whose id is rejected twice while others are registered would rightly be treated as invalid permanently.
            bool isFair = request.Path == KillingHandler.ReportPath || !disposition.Rejects;
            if (!isFaulty || !isFair)
            {
                _dispositions[request] = SoakDisposition.Normal;
                return null;
            }

            _seen.Add(name);
            _dispositions[request] = disposition;
            return behavior;
        }
    }
}
