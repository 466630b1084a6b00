using System.Collections.Concurrent;
using TypedEvents.Collector;

namespace TypedEvents.Torture;

/// <summary>
/// A server whose mood changes: it works, fails in one way or in all ways at random, or refuses everything, for a while. What it did with
/// each request is remembered, so that what became of the events can be judged by it.
/// </summary>
internal sealed class SoakFaults(int seed)
{
    private const double ShareOfFaults = 0.3;
    private const double ShareOfGoodMoods = 0.4;

    private static readonly (string Name, CollectorBehavior Behavior, SoakFate Fate)[] Faults =
    [
        ("400", CollectorBehavior.Answer(400, 90400), SoakFate.Refused),
        ("422", CollectorBehavior.Answer(422), SoakFate.Refused),
        ("413", CollectorBehavior.Answer(413), SoakFate.Refused),
        ("200 with another code", CollectorBehavior.Answer(200, 55102), SoakFate.Refused),
        ("500", CollectorBehavior.Answer(500, 12345), SoakFate.Failed),
        ("503, kept", CollectorBehavior.Answer(503, 0).AfterKeeping(), SoakFate.Unknown),
        ("408", CollectorBehavior.Answer(408), SoakFate.Failed),
        ("401 with 40050", CollectorBehavior.Answer(401, 40050), SoakFate.Failed),
        ("403", CollectorBehavior.Answer(403), SoakFate.Failed),
        ("a page", CollectorBehavior.AnswerRaw(200, "text/html", "<h1>Sign in</h1>"), SoakFate.Failed),
        ("429 with Retry-After", CollectorBehavior.Answer(429, 50001).WithHeader("Retry-After", "2"), SoakFate.Failed),
        ("302", CollectorBehavior.Answer(302).WithHeader("Location", "http://127.0.0.1:1/"), SoakFate.Failed),
        ("307", CollectorBehavior.Answer(307).WithHeader("Location", "http://127.0.0.1:1/"), SoakFate.Failed),
        ("308", CollectorBehavior.Answer(308).WithHeader("Location", "http://127.0.0.1:1/"), SoakFate.Failed),
        ("hang", CollectorBehavior.Hang, SoakFate.Failed),
        ("hang, kept", CollectorBehavior.Hang.AfterKeeping(), SoakFate.Unknown),
        ("cut", CollectorBehavior.Cut, SoakFate.Failed),
        ("answer lost", CollectorBehavior.LoseAnswer, SoakFate.Unknown),
        ("answer cut", CollectorBehavior.Normal.CutHalfway(), SoakFate.Unknown),
        ("huge answer", CollectorBehavior.AnswerHuge(1024 * 1024), SoakFate.Failed),
        ("slow", CollectorBehavior.Normal.After(TimeSpan.FromMilliseconds(100)), SoakFate.Normal),
        ("a byte at a time", CollectorBehavior.Normal.Drip(TimeSpan.FromMilliseconds(5)), SoakFate.Normal),
    ];

    private readonly ConcurrentDictionary<ReceivedRequest, SoakFate> _fates = new(ReferenceEqualityComparer.Instance);
    private readonly Random _random = new(seed);
    private readonly Lock _lock = new();
    private readonly HashSet<string> _seen = [];
    private Mood _mood = Mood.Good;
    private int _fault;

    private enum Mood
    {
        Good,
        Random,
        Faulty,
    }

    /// <summary>How many kinds of faults it had, of how many.</summary>
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

    /// <summary>What a request meant that is in nobody's log yet counts as failed.</summary>
    public SoakFate FateOf(ReceivedRequest request) => _fates.GetValueOrDefault(request, SoakFate.Failed);

    public void ChangeMood()
    {
        lock (_lock)
        {
            double mood = _random.NextDouble();
            _mood = mood < ShareOfGoodMoods ? Mood.Good : mood < (1 + ShareOfGoodMoods) / 2 ? Mood.Random : Mood.Faulty;
            _fault = _random.Next(Faults.Length);
        }
    }

    public void BehaveWell()
    {
        lock (_lock)
        {
            _mood = Mood.Good;
        }
    }

    public CollectorBehavior? Choose(ReceivedRequest request)
    {
        lock (_lock)
        {
            bool isFaulty = _mood == Mood.Faulty || (_mood == Mood.Random && _random.NextDouble() < ShareOfFaults);
            (string name, CollectorBehavior behavior, SoakFate fate) = Faults[_mood == Mood.Faulty ? _fault : _random.Next(Faults.Length)];

            // A user whose id is refused twice while others are registered is unknown for good, as it should be.
            bool isFair = request.Path == KillingHandler.ReportPath || !fate.Refuses;
            if (!isFaulty || !isFair)
            {
                _fates[request] = SoakFate.Normal;
                return null;
            }

            _seen.Add(name);
            _fates[request] = fate;
            return behavior;
        }
    }
}
