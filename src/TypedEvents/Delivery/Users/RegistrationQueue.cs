namespace TypedEvents;

/// <summary>Registers external ids of one kind and says what came back, EUIDs included.</summary>
internal delegate Task<EngageResponse> RegistrationSender(string identityName, string[] ids, CancellationToken cancellationToken);

/// <summary>
/// Turns the external ids of users whose events wait into EUIDs, before these go their usual way. Each id is asked for once, however many
/// events wait for it, in requests of up to 100 of one kind, which are judged as reports are: split where rejected, with the same
/// windows and the same proof, but with a circuit breaker of its own, so that events of known users are still sent.
/// </summary>
internal sealed class RegistrationQueue(UserCache cache, TimeSpan gatherTime, Backoff backoff)
{
    /// <summary>The ids in one request (EngageLab, <c>POST /v1/user/register</c>).</summary>
    private const int MaxIds = 100;

    /// <summary>What the users who wait may take in memory; events behind those of one more wait.</summary>
    private const long MaxPendingBytes = 4 * 1024 * 1024;

    /// <summary>What a user takes here beside the characters of its id: three entries of collections and two objects.</summary>
    private const int BytesPerUser = 256;

    private readonly Dictionary<EngageUser, UnregisteredUser> _users = [];
    private readonly Dictionary<long, UnregisteredUser> _byNumber = [];
    private readonly List<UnregisteredUser> _queue = [];
    private readonly List<UnregisteredUser> _unknown = [];

    /// <summary>Those whom a response omitted, the oldest first.</summary>
    private readonly List<UnregisteredUser> _omitted = [];

    /// <summary>How many EUIDs were given, ever.</summary>
    private long _given;

    /// <summary>How often those whom a response omitted were asked for again while nobody got an EUID.</summary>
    private int _triesInVain;

    private TimeSpan _omittedNextTry;
    private readonly DeliveryPolicy _policy = new(MaxIds, backoff, new CircuitBreaker(backoff));
    private readonly LaneState _lane = new();
    private long _pendingBytes;
    private long _lastNumber;
    private int _probe;

    public CircuitBreaker CircuitBreaker => _policy.CircuitBreaker;

    public DeliveryPolicy Policy => _policy;

    /// <summary>How many users a response omitted who weren't asked for again since.</summary>
    public int OmittedUsers => _omitted.Count;

    /// <summary>How many responses consecutively had no EUID for anybody.</summary>
    public int EmptyResponses { get; private set; }

    /// <summary>The request in flight.</summary>
    public RegistrationRequest? InFlight { get; private set; }

    /// <summary>Ids that the outbox may know from before.</summary>
    public List<UnregisteredUser> NotLookedUp => _unknown;

    /// <summary>Whether the queue is full, so that this user has to wait until others are known.</summary>
    public bool HasNoRoomFor(EngageUser user) =>
        (_users.Count >= cache.Capacity || _pendingBytes >= MaxPendingBytes) && !_users.ContainsKey(user);

    /// <summary>Whether users wait who can't be asked for before the configuration is fixed or its next try is due.</summary>
    public bool IsBlockedByConfiguration(TimeSpan now) =>
        _users.Count > 0 && CircuitBreaker.Reason == CircuitOpenReason.Configuration && InFlight is null && now < CircuitBreaker.NextTry;

    /// <summary>When something can be asked for next; <see langword="null"/>: nothing waits, or a request is in flight.</summary>
    public TimeSpan? NextTry(TimeSpan now)
    {
        if (InFlight is not null || _users.Count == 0)
        {
            return null;
        }

        TimeSpan? omitted = _omitted.Count > 0 ? _omittedNextTry : null;
        if (!CircuitBreaker.IsClosed)
        {
            return _queue.Count + _lane.Quarantined.Count > 0 || omitted < CircuitBreaker.NextTry ? CircuitBreaker.NextTry : omitted;
        }

        TimeSpan? quarantined = null;
        foreach (QuarantinedEvent one in _lane.Quarantined.Values)
        {
            TimeSpan next = one.IsDue(_policy.Accepted, now) ? _lane.WaitUntil : one.Next;
            quarantined = quarantined < next ? quarantined : next;
        }

        TimeSpan? queued = _queue.Count == 0 ? null : _lane.WaitUntil > _queue[0].Since + gatherTime ? _lane.WaitUntil : _queue[0].Since + gatherTime;
        omitted = omitted < _lane.WaitUntil ? _lane.WaitUntil : omitted;
        TimeSpan? first = quarantined is null || queued < quarantined ? queued : quarantined;
        return first is null || omitted < first ? omitted : first;
    }

    /// <summary>Whether somebody whose event waits up to a position can still be asked for without waiting for something to fix.</summary>
    public bool IsHopeful(long position, TimeSpan now)
    {
        bool isOpen = CircuitBreaker.IsClosed || InFlight is not null || now >= CircuitBreaker.NextTry;
        foreach (UnregisteredUser user in _users.Values)
        {
            if (user.FirstPosition <= position
                && (isOpen
                    ? !user.IsOmitted
                        && (!_lane.Quarantined.TryGetValue(user.Number, out QuarantinedEvent? quarantined) || quarantined.IsDue(_policy.Accepted, now))
                    : _unknown.Contains(user)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>An event waits for its user.</summary>
    public void Add(OutboxEvent waiting, TimeSpan now)
    {
        if (_users.TryGetValue(waiting.User, out UnregisteredUser? user))
        {
            user.FirstPosition = Math.Min(user.FirstPosition, waiting.Position);
            return;
        }

        user = Enlist(waiting.User, waiting.Partition, waiting.Position, now);
        _unknown.Add(user);
    }

    /// <summary>
    /// An EUID is asked for again because it has been known for long. Its old one is used until then, so those for whom events wait go
    /// first: where there are many, it is asked for another time.
    /// </summary>
    public void Refresh(EngageUser known, TimeSpan now)
    {
        if (!_users.ContainsKey(known) && _pendingBytes < MaxPendingBytes / 2)
        {
            _queue.Add(Enlist(known, Partition.Of(known), UnregisteredUser.NoPosition, now));
        }
    }

    /// <summary>What the outbox knows from before was looked up: the others are asked for.</summary>
    /// <returns>Those who are known now.</returns>
    public List<UnregisteredUser> NoteLookedUp(IReadOnlyList<RegisteredUser> found)
    {
        List<UnregisteredUser> known = [];
        foreach (RegisteredUser registered in found)
        {
            if (Resolve(registered) is { } user)
            {
                known.Add(user);
            }
        }

        _queue.AddRange(_unknown.FindAll(user => !user.IsForgotten));
        _unknown.Clear();
        return known;
    }

    /// <summary>Plans the next request.</summary>
    public RegistrationRequest? Plan(bool isHurried, TimeSpan now)
    {
        if (InFlight is not null || now < (CircuitBreaker.IsClosed ? _lane.WaitUntil : CircuitBreaker.NextTry))
        {
            return null;
        }

        QueueOmitted(now);

        if (!CircuitBreaker.IsClosed)
        {
            return PlanProbe(now);
        }

        foreach (QuarantinedEvent quarantined in _lane.Quarantined.Values)
        {
            if (quarantined.IsDue(_policy.Accepted, now))
            {
                return Begin(AttemptKind.RetryQuarantined, now, _byNumber[quarantined.Item.Id]);
            }
        }

        if (_queue.Count == 0 || !(isHurried || _queue.Count >= MaxIds || _lane.ConsecutiveFailures > 0 || _lane.BisectionRange > 0 || now - _queue[0].Since >= gatherTime))
        {
            return null;
        }

        int count = _lane.NextCount(_policy.Limit);
        if (count == 1)
        {
            return PlanSingle(_queue[0], now);
        }

        return Begin(AttemptKind.Batch, now, FirstOfOneKind(count));
    }

    /// <summary>What a response changes.</summary>
    public RegistrationOutcome NoteResponse(EngageResponse response, ResponseMeaning meaning, DateTimeOffset utcNow, TimeSpan now)
    {
        RegistrationRequest attempt = InFlight!;
        InFlight = null;
        var outcome = new RegistrationOutcome();
        if (meaning == ResponseMeaning.Accepted)
        {
            NoteRegistered(attempt, response, utcNow, now, outcome);
        }
        else if (_policy.Decide(attempt.Attempt, meaning, response.TransportError == TransportError.TimedOut, now).Kind != DispositionKind.Retry
            && !TryKeepKnown(attempt.Users[0], utcNow, outcome))
        {
            Forget(attempt.Users[0]);
            outcome.Rejected.Add(attempt.Users[0]);
        }

        _queue.RemoveAll(user => user.IsForgotten || user.IsOmitted || _lane.Quarantined.ContainsKey(user.Number));
        return outcome;
    }

    /// <summary>A request ended without a response: it is made again.</summary>
    public void NoteNothing(RegistrationRequest attempt)
    {
        if (InFlight == attempt)
        {
            InFlight = null;
        }
    }

    /// <summary>What caused failures may be fixed.</summary>
    public void TryNow(TimeSpan now)
    {
        CircuitBreaker.TryNow(now);
        _lane.EndWait(now);
    }

    /// <summary>
    /// The claim is lost: whoever has it next reads the events again. What a request that is in flight brings is of no concern any more.
    /// </summary>
    public void Reset()
    {
        InFlight = null;
        _pendingBytes = 0;
        _users.Clear();
        _byNumber.Clear();
        _queue.Clear();
        _unknown.Clear();
        _omitted.Clear();
        _lane.Quarantined.Clear();
        _lane.FirstFailures.Clear();
    }

    private UnregisteredUser Enlist(EngageUser user, int partition, long firstPosition, TimeSpan now)
    {
        var waiting = new UnregisteredUser(++_lastNumber, user, partition, now) { FirstPosition = firstPosition };
        _users.Add(user, waiting);
        _pendingBytes += SizeOf(user);
        _byNumber.Add(waiting.Number, waiting);
        return waiting;
    }

    private RegistrationRequest? PlanProbe(TimeSpan now)
    {
        QuarantinedEvent? oldest = null;
        foreach (QuarantinedEvent quarantined in _lane.Quarantined.Values)
        {
            oldest = oldest?.LastTried <= quarantined.LastTried ? oldest : quarantined;
        }

        bool isQuarantined = oldest is not null && (_queue.Count == 0 || (CircuitBreaker.Reason == CircuitOpenReason.Rejections && _probe++ % 2 == 0));
        if (isQuarantined)
        {
            oldest!.LastTried = now;
            return Begin(AttemptKind.RetryQuarantined, now, _byNumber[oldest.Item.Id]);
        }

        return _queue.Count == 0 ? null
            : CircuitBreaker.Reason == CircuitOpenReason.Rejections ? Begin(AttemptKind.ProbeRandom, now, _queue[_probe % _queue.Count])
            : PlanSingle(_queue[0], now);
    }

    /// <summary>A single user: usually the first one, and now and then the next one, so that an id that fails doesn't block the others.</summary>
    private RegistrationRequest PlanSingle(UnregisteredUser user, TimeSpan now)
    {
        UnregisteredUser? other = _lane.IsBypassDue ? _queue.Find(queued => queued != user) : null;
        return other is null ? Begin(AttemptKind.Batch, now, user) : Begin(AttemptKind.BypassHead, now, other);
    }

    private UnregisteredUser[] FirstOfOneKind(int count)
    {
        UserIdentityKind kind = _queue[0].User.Kind;
        List<UnregisteredUser> users = [];
        for (int i = 0; i < _queue.Count && users.Count < count; i++)
        {
            if (_queue[i].User.Kind == kind)
            {
                users.Add(_queue[i]);
            }
        }

        return [.. users];
    }

    private RegistrationRequest Begin(AttemptKind kind, TimeSpan now, params UnregisteredUser[] users)
    {
        string identityName = users[0].User.IdentityName!;
        TriedItem[] items = Array.ConvertAll(users, user => new TriedItem(user.Number, identityName));
        var attempt = new Attempt(kind, [new AttemptPart(_lane, items.Length)], items) { Period = CircuitBreaker.Period, MadeAt = now };
        return InFlight = new RegistrationRequest(attempt, users);
    }

    private void NoteRegistered(RegistrationRequest attempt, EngageResponse response, DateTimeOffset utcNow, TimeSpan now, RegistrationOutcome outcome)
    {
        Dictionary<string, Euid> euids = response.EuidsOf(Array.ConvertAll(attempt.Users, user => user.User.ExternalId!));
        outcome.Given = euids.Count;
        _given += euids.Count;
        if (euids.Count > 0)
        {
            EmptyResponses = 0;
            _triesInVain = 0;
            _policy.Decide(attempt.Attempt, ResponseMeaning.Accepted, isTimeout: false, now);
        }
        else
        {
            EmptyResponses += Array.TrueForAll(attempt.Users, user => cache.TryGet(user.User, out _)) ? 0 : 1;
            _policy.NoteEmpty(attempt.Attempt, now);
        }

        foreach (UnregisteredUser user in attempt.Users)
        {
            if (euids.TryGetValue(user.User.ExternalId!, out Euid euid))
            {
                NoteRegistered(new RegisteredUser(user.User, euid, utcNow), outcome);
            }
            else if (!TryKeepKnown(user, utcNow, outcome))
            {
                NoteOmitted(user, now, outcome);
            }
        }
    }

    private void NoteRegistered(RegisteredUser registered, RegistrationOutcome outcome)
    {
        outcome.Registered.Add(registered);
        if (Resolve(registered) is { } known)
        {
            outcome.Known.Add(known);
        }
    }

    /// <summary>A user who has an EUID keeps it when a refresh brings none, and isn't asked for again before this one is old, too.</summary>
    private bool TryKeepKnown(UnregisteredUser user, DateTimeOffset utcNow, RegistrationOutcome outcome)
    {
        if (!cache.TryGet(user.User, out Euid known))
        {
            return false;
        }

        NoteRegistered(new RegisteredUser(user.User, known, utcNow), outcome);
        return true;
    }

    /// <summary>
    /// An id without an EUID is at fault only where another one got its EUID since it was omitted for the first time: nobody got any
    /// where the server has a fault of its own.
    /// </summary>
    private void NoteOmitted(UnregisteredUser user, TimeSpan now, RegistrationOutcome outcome)
    {
        if (user.OmittedAt < _given)
        {
            Forget(user);
            outcome.Missing.Add(user);
            return;
        }

        _lane.Quarantined.Remove(user.Number);
        _lane.FirstFailures.Remove(user.Number);
        if (now >= _omittedNextTry)
        {
            PostponeOmitted(now);
        }

        user.Omit(_given);
        _omitted.Add(user);
    }

    private void PostponeOmitted(TimeSpan now) => _omittedNextTry = now + backoff.After(++_triesInVain);

    /// <summary>
    /// Has those whom a response omitted asked for again, behind the others: all for whom there is evidence now, or as many as one request
    /// takes, to see whether the server gives EUIDs again.
    /// </summary>
    private void QueueOmitted(TimeSpan now)
    {
        if (_omitted.Count == 0)
        {
            return;
        }

        int due = now >= _omittedNextTry ? MaxIds : 0;
        int kept = 0;
        for (int i = 0; i < _omitted.Count; i++)
        {
            UnregisteredUser user = _omitted[i];
            if (user.OmittedAt < _given || due > 0)
            {
                due--;
                user.AskAgain(now);
                _queue.Add(user);
            }
            else
            {
                _omitted[kept++] = user;
            }
        }

        _omitted.RemoveRange(kept, _omitted.Count - kept);
        if (now >= _omittedNextTry)
        {
            PostponeOmitted(now);
        }
    }

    /// <returns>The user if somebody waits for it.</returns>
    private UnregisteredUser? Resolve(RegisteredUser registered)
    {
        cache.Add(registered);
        if (!_users.TryGetValue(registered.User, out UnregisteredUser? user))
        {
            return null;
        }

        Forget(user);
        return user;
    }

    private void Forget(UnregisteredUser user)
    {
        user.IsForgotten = true;
        if (_users.Remove(user.User))
        {
            _pendingBytes -= SizeOf(user.User);
        }

        _byNumber.Remove(user.Number);
        _lane.Quarantined.Remove(user.Number);
        _lane.FirstFailures.Remove(user.Number);
    }

    private static long SizeOf(EngageUser user) => BytesPerUser + ((user.ExternalId?.Length ?? 0) * sizeof(char));
}
