namespace TypedEvents.Tests;

/// <summary>One random run: how many events come and when, and what goes wrong.</summary>
internal sealed class ModelRun : IDisposable
{
    private static readonly string[] Names = ["sign_up", "page_viewed", "order_placed", "cart_updated", "feature_used"];

    private readonly ModelWorld _world;
    private readonly ModelServer _server;
    private readonly int[] _users;
    private readonly List<(TimeSpan At, int User, string Name)> _plan = [];
    private readonly List<Action> _afterPlan = [];
    private bool _isOneUser;
    private bool _isTrickle;
    private bool _hasKills;
    private ModelServer? _wrongKey;

    public ModelRun(int seed)
    {
        _world = new ModelWorld(seed);
        _server = new ModelServer(Random);
        _users = [.. Enumerable.Range(1, Random.Next(2, 60))];
        Count = Random.Next(3) switch { 0 => Random.Next(1, 50), 1 => Random.Next(50, 300), _ => Random.Next(300, 900) };
    }

    public Random Random => _world.Random;

    public int Count { get; private set; }

    public int Pick(params int[] values) => values[Random.Next(values.Length)];

    public void UseOneUser() => _isOneUser = true;

    public void Trickle()
    {
        _isTrickle = true;
        Count = 6;
    }

    /// <summary>Half of the users are known by an own id only; of some of these EngageLab knows nothing, or refuses the id.</summary>
    public void UseOwnIds(int unknown = 0, int refused = 0)
    {
        _world.FirstOwnId = Math.Max(1, _users.Length / 2);
        string[] ids = [.. _users.Where(user => user >= _world.FirstOwnId).OrderBy(_ => Random.Next()).Select(user => $"user-{user}")];
        _server.UnknownIds.UnionWith(ids.Take(unknown));
        _server.RefusedIds.UnionWith(ids.Skip(unknown).Take(refused));
        _afterPlan.Add(() =>
        {
            foreach (ModelEvent sent in _world.Events.Where(sent => _world.UserOf(sent).OwnId is { } id && (_server.UnknownIds.Contains(id) || _server.RefusedIds.Contains(id))))
            {
                sent.IsBad = true;
            }
        });
    }

    public void ForRegistrations(TimeSpan until, Func<ModelAnswer?> answer) =>
        _server.RegistrationRules.Add(now => now < until ? answer() : null);

    public void KillNowAndThen() => _hasKills = true;

    public void AddProcessWithWrongKey()
    {
        _wrongKey = new ModelServer(Random);
        _wrongKey.Rules.Add((_, _) => ModelAnswer.Of(401, 40050));
    }

    public void MakeBad(int count, bool isPoison) => _afterPlan.Add(() =>
    {
        foreach (ModelEvent chosen in _world.Events.OrderBy(_ => Random.Next()).Take(Math.Min(count, _world.Events.Count / 2)))
        {
            chosen.IsBad = !isPoison;
            chosen.IsPoison = isPoison;
        }
    });

    public void MakeAdjacentBad(int count) => _afterPlan.Add(() =>
    {
        int first = Random.Next(_world.Events.Count);
        foreach (ModelEvent chosen in _world.Events.Skip(first).Take(Math.Min(count, _world.Events.Count / 2)))
        {
            chosen.IsBad = true;
        }
    });

    public void MakeNameBad(double share) => _afterPlan.Add(() =>
    {
        foreach (ModelEvent chosen in _world.Events.Where(sent => sent.Name == Names[0] && Random.NextDouble() < share))
        {
            chosen.IsBad = true;
        }
    });

    /// <summary>Events that make each request fail that they are in.</summary>
    public void Poison(int count, ModelAnswer answer)
    {
        _afterPlan.Add(() =>
        {
            foreach (ModelEvent chosen in _world.Events.Skip(Random.Next(_world.Events.Count)).Take(count))
            {
                chosen.IsPoison = true;
            }
        });
        _server.Rules.Add((_, events) => events.Any(sent => sent.IsPoison) ? answer : null);
    }

    public void For(TimeSpan until, Func<IReadOnlyList<ModelEvent>, ModelAnswer?> answer) =>
        _server.Rules.Add((now, events) => now < until ? answer(events) : null);

    public void Always(Func<IReadOnlyList<ModelEvent>, ModelAnswer?> answer) =>
        _server.Rules.Add((_, events) => answer(events));

    /// <summary>Runs until all good events have arrived, at most so long after the fault has ended, and then until the bad ones had their proof.</summary>
    public void RunToTheEnd(TimeSpan faultEnds, TimeSpan bound)
    {
        MakePlan(faultEnds);
        ModelProcess? wrong = _wrongKey is null ? null : _world.Begin(_wrongKey);
        ModelProcess process = _world.Begin(_server);

        // What is bad is decided for all events at once, before the first is sent.
        var appended = new Queue<(TimeSpan At, int User, string Name)>(_plan);
        List<(TimeSpan At, ModelEvent Event)> later = [];
        foreach ((TimeSpan at, int user, string name) in appended)
        {
            later.Add((at, _world.Prepare(user, name)));
        }

        _afterPlan.ForEach(action => action());
        foreach ((TimeSpan at, ModelEvent prepared) in later)
        {
            while (_hasKills && _world.Now < at && Random.Next(20) == 0)
            {
                _world.Run(_world.Now + ((at - _world.Now) * Random.NextDouble()));
                _world.Kill(process);
                process = _world.Begin(_server);
            }

            _world.Run(at);
            _world.Append(prepared);
        }

        _world.Run(_world.Now + bound, () => _world.Events.All(sent => !sent.IsGood || sent.TakenAt is not null) && _world.IsSettled);
        _world.AssertNothingIsLost();
        Assert.NotEqual(wrong, process);
    }

    public void Dispose() => _world.Dispose();

    private void MakePlan(TimeSpan faultEnds)
    {
        TimeSpan span = _isTrickle ? TimeSpan.FromHours(Count) : faultEnds * 1.2;
        double burst = Random.NextDouble();
        for (int i = 0; i < Count; i++)
        {
            TimeSpan at = _isTrickle ? TimeSpan.FromHours(i) : Random.NextDouble() < burst ? TimeSpan.Zero : span * Random.NextDouble();
            _plan.Add((at, _isOneUser ? 1 : _users[Random.Next(_users.Length)], Names[Random.Next(Names.Length)]));
        }

        _plan.Sort((left, right) => left.At.CompareTo(right.At));
    }
}
