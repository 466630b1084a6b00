namespace TypedEvents.Tests;

/// <summary>One random run: how many events come and when, and what goes wrong.</summary>
internal sealed class ModelRun : IDisposable
{
    private static readonly string[] Names = ["sign_up", "page_viewed", "order_placed", "cart_updated", "feature_used"];

    private static readonly TimeSpan TimeBetweenProofs = TimeSpan.FromSeconds(5);

    private readonly ModelWorld _world;
    private readonly ModelServer _server;
    private readonly int[] _users;
    private readonly List<(TimeSpan At, int User, string Name)> _plan = [];
    private readonly List<Action> _afterPlan = [];
    private readonly List<(TimeSpan At, Action<ModelProcess> Do)> _actions = [];
    private bool _hasTwoApplications;
    private TimeSpan? _maxEventAge;
    private bool _isOneUser;
    private bool _isTrickle;
    private bool _hasKills;
    private ModelServer? _wrongKey;

    public ModelRun(int seed)
    {
        _world = new ModelWorld(seed) { Clock = { HasPauses = true } };
        _server = new ModelServer(Random);
        _users = [.. Enumerable.Range(1, Random.Next(2, 60))];
        Count = Random.Next(3) switch { 0 => Random.Next(1, 50), 1 => Random.Next(50, 300), _ => Random.Next(300, 900) };
    }

    public Random Random => _world.Random;

    public int Count { get; private set; }

    public int Pick(params int[] values) => values[Random.Next(values.Length)];

    public void UseOneUser() => _isOneUser = true;

    /// <summary>The events are appended by another process, so that it has to be looked for them.</summary>
    public void AppendElsewhere(TimeSpan pollInterval)
    {
        _world.AppendsElsewhere = true;
        _world.Outbox.Polls = pollInterval;
    }

    public void Trickle()
    {
        _isTrickle = true;
        Count = 6;
    }

    /// <summary>Half of the users are known by an external id only; of some of these EngageLab knows nothing, or rejects the id.</summary>
    public void UseExternalIds(int unknown = 0, int rejected = 0)
    {
        _world.FirstExternalId = Math.Max(1, _users.Length / 2);
        string[] ids = [.. _users.Where(user => user >= _world.FirstExternalId).OrderBy(_ => Random.Next()).Select(user => $"user-{user}")];
        _server.UnknownIds.UnionWith(ids.Take(unknown));
        _server.RejectedIds.UnionWith(ids.Skip(unknown).Take(rejected));
        _afterPlan.Add(() =>
        {
            foreach (ModelEvent sent in _world.Events.Where(sent => _world.UserOf(sent).ExternalId is { } id && (_server.UnknownIds.Contains(id) || _server.RejectedIds.Contains(id))))
            {
                sent.IsBad = true;
            }
        });
    }

    /// <summary>More users than the processes have room for.</summary>
    public void LimitUsers() => _world.UserCacheSize = Random.Next(3, 8);

    public void ForRegistrations(TimeSpan until, Func<ModelResponse?> response) =>
        _server.RegistrationRules.Add(now => now < until ? response() : null);

    public void KillNowAndThen() => _hasKills = true;

    public void AddProcessWithWrongKey()
    {
        _wrongKey = new ModelServer(Random);
        _wrongKey.Rules.Add((_, _) => ModelResponse.Of(401, 40050));
        _wrongKey.RegistrationRules.Add(_ => ModelResponse.Of(401, 40050));
    }

    /// <summary>The credentials are wrong until they are exchanged, and then all that waits goes at once.</summary>
    public void ExchangeCredentials(TimeSpan at)
    {
        For(at, _ => ModelResponse.Of(401, 40050, Random.NextDouble() * TimeSpan.FromSeconds(5)));
        ForRegistrations(at, () => ModelResponse.Of(401, 40050));
        Do(at, process =>
        {
            process.UseCredentials();
            List<ModelEvent> waiting = [.. _world.Events.Where(sent => sent.IsGood && sent.AppendedAt < at && sent.TakenAt is null && _world.IsAppended(sent))];
            _world.Run(at + TimeSpan.FromMinutes(1));
            Assert.All(waiting, sent => Assert.NotNull(sent.TakenAt));
        });
    }

    /// <summary>Events get too old.</summary>
    public void LimitAge(TimeSpan maxAge) => _maxEventAge = maxAge;

    /// <summary>The disk is too full to settle anything, now and then.</summary>
    public void FailSettlements(TimeSpan until, double share) =>
        _world.Outbox.FailsToSettle = () => _world.Now < until && Random.NextDouble() < share;

    public void UseTwoApplications() => _hasTwoApplications = true;

    /// <summary>Somebody flushes at random times.</summary>
    public void FlushNowAndThen(TimeSpan until, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Do(until * Random.NextDouble(), _world.Flush);
        }
    }

    /// <summary>Each fault of the server is of one kind of dead letter.</summary>
    public int CountDead(DeadLetterKind kind) => _world.CountDead(kind);

    private void Do(TimeSpan at, Action<ModelProcess> action) => _actions.Add((at, action));

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
    public void Poison(int count, ModelResponse response)
    {
        _afterPlan.Add(() =>
        {
            foreach (ModelEvent chosen in _world.Events.Skip(Random.Next(_world.Events.Count)).Take(count))
            {
                chosen.IsPoison = true;
            }
        });
        _server.Rules.Add((_, events) => events.Any(sent => sent.IsPoison) ? response : null);
    }

    public void For(TimeSpan until, Func<IReadOnlyList<ModelEvent>, ModelResponse?> response) =>
        _server.Rules.Add((now, events) => now < until ? response(events) : null);

    public void Always(Func<IReadOnlyList<ModelEvent>, ModelResponse?> response) =>
        _server.Rules.Add((_, events) => response(events));

    /// <summary>
    /// Runs until all good events have arrived, at most so long after the fault has ended, and then, with a good event now and then, until
    /// the bad ones had their proof.
    /// </summary>
    public void RunToTheEnd(TimeSpan faultEnds, TimeSpan bound)
    {
        MakePlan(faultEnds);
        DeliverySettings settings = ModelWorld.DefaultSettings with { MaxEventAge = _maxEventAge };
        ModelProcess? wrong = _wrongKey is null ? null : _world.Begin(_wrongKey, settings);
        ModelProcess process = _world.Begin(_server, settings);

        // What is bad is decided for all events at once, before the first is sent.
        List<(TimeSpan At, Action<ModelProcess> Do)> steps = [.. _actions];
        foreach ((TimeSpan at, int user, string name) in _plan)
        {
            ModelEvent prepared = _world.Prepare(user, name);
            prepared.AppKey = _hasTwoApplications && Random.Next(2) == 0 ? "second" : null;
            steps.Add((at, _ => _world.Append(prepared)));
        }

        _afterPlan.ForEach(action => action());
        foreach ((TimeSpan at, Action<ModelProcess> action) in steps.OrderBy(step => step.At))
        {
            while (_hasKills && _world.Now < at && Random.Next(20) == 0)
            {
                _world.Run(_world.Now + ((at - _world.Now) * Random.NextDouble()));
                _world.Kill(process);
                process = _world.Begin(_server, settings);
            }

            _world.Run(at);
            action(process);
        }

        _world.Run(_world.Now + bound, () => _world.AreGoodDone() && _world.IsSettled);
        ProveBad(bound);
        _world.AssertNothingIsLost(_maxEventAge);
        Assert.Equal(0, _world.FlushesLeft);
        Assert.NotEqual(wrong, process);
    }

    private void ProveBad(TimeSpan bound)
    {
        TimeSpan end = _world.Now + bound;
        for (int proofs = 1; _world.BadNotQuarantined().Count > 0; proofs++)
        {
            Assert.True(_world.Now < end, $"Not all that can't be delivered is quarantined or a dead letter: {string.Join("; ", _world.BadNotQuarantined().Take(5))}.");
            _world.Append(ModelWorld.ProofUser, "proof");
            if (_world.FirstExternalId < int.MaxValue)
            {
                // An id that is rejected needs another one that is registered.
                _world.Append(ModelWorld.ProofUser + proofs, "proof");
            }

            _world.Run(_world.Now + TimeBetweenProofs);
        }

        // The last good event, and what is still to be settled.
        _world.Run(_world.Now + bound, () => _world.AreGoodDone() && _world.IsSettled && _world.FlushesLeft == 0);
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
