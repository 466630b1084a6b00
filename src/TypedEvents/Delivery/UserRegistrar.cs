namespace TypedEvents;

/// <summary>Registers external ids of one kind and says what came back, EUIDs included.</summary>
internal delegate Task<EngageAnswer> RegistrationSender(string identityName, string[] ids, CancellationToken cancellationToken);

/// <summary>
/// Turns the external ids of users whose events wait into EUIDs, before these go their usual way. Each id is asked for once, however many
/// events wait for it, in requests of up to 100 of one kind, which are judged as reports are: split where refused, with the same
/// windows and the same proof, but behind a gate of its own, so that events of known users go on.
/// </summary>
internal sealed class UserRegistrar(UserCache cache, TimeSpan gatherTime, Backoff backoff)
{
    /// <summary>The ids in one request (EngageLab, <c>POST /v1/user/register</c>).</summary>
    private const int MaxIds = 100;

    /// <summary>What the users who wait may take in memory; events behind those of one more wait.</summary>
    private const long MaxPendingBytes = 4 * 1024 * 1024;

    /// <summary>What a user takes here beside the characters of its id: three entries of collections and two objects.</summary>
    private const int BytesPerUser = 256;

    private readonly Dictionary<EngageUser, WaitingUser> _users = [];
    private readonly Dictionary<long, WaitingUser> _byNumber = [];
    private readonly List<WaitingUser> _queue = [];
    private readonly List<WaitingUser> _unknown = [];

    /// <summary>Those whom a response omitted, the oldest first.</summary>
    private readonly List<WaitingUser> _omitted = [];

    /// <summary>How many EUIDs were given, ever.</summary>
    private long _given;

    /// <summary>How often those whom a response omitted were asked for again while nobody got an EUID.</summary>
    private int _triesInVain;

    private TimeSpan _omittedNextTry;
    private readonly DeliveryRules _rules = new(MaxIds, backoff, new Gate(backoff));
    private readonly Lane _lane = new();
    private long _pendingBytes;
    private long _lastNumber;
    private int _probe;

    public Gate Gate => _rules.Gate;

    public DeliveryRules Rules => _rules;

    /// <summary>How many users a response omitted who weren't asked for again since.</summary>
    public int OmittedUsers => _omitted.Count;

    /// <summary>How many responses in a row had no EUID for anybody.</summary>
    public int EmptyResponses { get; private set; }

    /// <summary>The request in flight.</summary>
    public RegistrationAttempt? InFlight { get; private set; }

    /// <summary>Ids that the outbox may know from before.</summary>
    public List<WaitingUser> NotLookedUp => _unknown;

    /// <summary>Whether so many users wait that this one has to wait until others are known.</summary>
    public bool HasNoRoomFor(EngageUser user) =>
        (_users.Count >= cache.Capacity || _pendingBytes >= MaxPendingBytes) && !_users.ContainsKey(user);

    /// <summary>Whether users wait who can't be asked for before the configuration is mended or its next try is due.</summary>
    public bool IsShutForConfiguration(TimeSpan now) =>
        _users.Count > 0 && Gate.Reason == GateReason.Configuration && InFlight is null && now < Gate.NextTry;

    /// <summary>When something can be asked for next; <see langword="null"/>: nothing waits, or a request is in flight.</summary>
    public TimeSpan? NextTry(TimeSpan now)
    {
        if (InFlight is not null || _users.Count == 0)
        {
            return null;
        }

        TimeSpan? omitted = _omitted.Count > 0 ? _omittedNextTry : null;
        if (!Gate.IsOpen)
        {
            return _queue.Count + _lane.Suspects.Count > 0 || omitted < Gate.NextTry ? Gate.NextTry : omitted;
        }

        TimeSpan? suspect = null;
        foreach (Suspect one in _lane.Suspects.Values)
        {
            TimeSpan next = one.IsDue(_rules.Accepted, now) ? _lane.WaitUntil : one.Next;
            suspect = suspect < next ? suspect : next;
        }

        TimeSpan? queued = _queue.Count == 0 ? null : _lane.WaitUntil > _queue[0].Since + gatherTime ? _lane.WaitUntil : _queue[0].Since + gatherTime;
        omitted = omitted < _lane.WaitUntil ? _lane.WaitUntil : omitted;
        TimeSpan? first = suspect is null || queued < suspect ? queued : suspect;
        return first is null || omitted < first ? omitted : first;
    }

    /// <summary>Whether somebody whose event waits up to a position can still be asked for without waiting for something to mend.</summary>
    public bool IsHopeful(long position, TimeSpan now)
    {
        bool isOpen = Gate.IsOpen || InFlight is not null || now >= Gate.NextTry;
        foreach (WaitingUser user in _users.Values)
        {
            if (user.FirstPosition <= position
                && (isOpen
                    ? !user.IsOmitted
                        && (!_lane.Suspects.TryGetValue(user.Number, out Suspect? suspect) || suspect.IsDue(_rules.Accepted, now))
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
        if (_users.TryGetValue(waiting.User, out WaitingUser? user))
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
            _queue.Add(Enlist(known, Partition.Of(known), WaitingUser.NoPosition, now));
        }
    }

    /// <summary>What the outbox knows from before was looked up: the others are asked for.</summary>
    /// <returns>Those who are known now.</returns>
    public List<WaitingUser> NoteLookedUp(IReadOnlyList<RegisteredUser> found)
    {
        List<WaitingUser> known = [];
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
    public RegistrationAttempt? Plan(bool isHurried, TimeSpan now)
    {
        if (InFlight is not null || now < (Gate.IsOpen ? _lane.WaitUntil : Gate.NextTry))
        {
            return null;
        }

        QueueOmitted(now);

        if (!Gate.IsOpen)
        {
            return PlanProbe(now);
        }

        foreach (Suspect suspect in _lane.Suspects.Values)
        {
            if (suspect.IsDue(_rules.Accepted, now))
            {
                return Begin(AttemptKind.Suspect, now, _byNumber[suspect.Item.Id]);
            }
        }

        if (_queue.Count == 0 || !(isHurried || _queue.Count >= MaxIds || _lane.Strikes > 0 || _lane.Window > 0 || now - _queue[0].Since >= gatherTime))
        {
            return null;
        }

        int count = _lane.NextCount(_rules.Limit);
        if (count == 1)
        {
            return PlanSingle(_queue[0], now);
        }

        return Begin(AttemptKind.Batch, now, FirstOfOneKind(count));
    }

    /// <summary>What an answer changes.</summary>
    public RegistrationOutcome Judge(EngageAnswer answer, AnswerMeaning meaning, DateTimeOffset utcNow, TimeSpan now)
    {
        RegistrationAttempt attempt = InFlight!;
        InFlight = null;
        var outcome = new RegistrationOutcome();
        if (meaning == AnswerMeaning.Accepted)
        {
            NoteAnswers(attempt, answer, utcNow, now, outcome);
        }
        else if (_rules.Judge(attempt.Attempt, meaning, answer.NoAnswer == NoAnswerReason.TimedOut, now).Fate != ItemFate.Kept
            && !TryKeepKnown(attempt.Users[0], utcNow, outcome))
        {
            Forget(attempt.Users[0]);
            outcome.Refused.Add(attempt.Users[0]);
        }

        _queue.RemoveAll(user => user.IsForgotten || user.IsOmitted || _lane.Suspects.ContainsKey(user.Number));
        return outcome;
    }

    /// <summary>A request ended without an answer: it is made again.</summary>
    public void NoteNothing(RegistrationAttempt attempt)
    {
        if (InFlight == attempt)
        {
            InFlight = null;
        }
    }

    /// <summary>What caused failures may be mended.</summary>
    public void TryNow(TimeSpan now)
    {
        Gate.TryNow(now);
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
        _lane.Suspects.Clear();
        _lane.FirstFailures.Clear();
    }

    private WaitingUser Enlist(EngageUser user, int partition, long firstPosition, TimeSpan now)
    {
        var waiting = new WaitingUser(++_lastNumber, user, partition, now) { FirstPosition = firstPosition };
        _users.Add(user, waiting);
        _pendingBytes += SizeOf(user);
        _byNumber.Add(waiting.Number, waiting);
        return waiting;
    }

    private RegistrationAttempt? PlanProbe(TimeSpan now)
    {
        Suspect? oldest = null;
        foreach (Suspect suspect in _lane.Suspects.Values)
        {
            oldest = oldest?.LastTried <= suspect.LastTried ? oldest : suspect;
        }

        bool isSuspect = oldest is not null && (_queue.Count == 0 || (Gate.Reason == GateReason.Refusals && _probe++ % 2 == 0));
        if (isSuspect)
        {
            oldest!.LastTried = now;
            return Begin(AttemptKind.Suspect, now, _byNumber[oldest.Item.Id]);
        }

        return _queue.Count == 0 ? null
            : Gate.Reason == GateReason.Refusals ? Begin(AttemptKind.Sample, now, _queue[_probe % _queue.Count])
            : PlanSingle(_queue[0], now);
    }

    /// <summary>One user alone, or now and then the next one, lest an id that fails block the others.</summary>
    private RegistrationAttempt PlanSingle(WaitingUser user, TimeSpan now)
    {
        WaitingUser? other = _lane.IsOvertakingDue ? _queue.Find(queued => queued != user) : null;
        return other is null ? Begin(AttemptKind.Batch, now, user) : Begin(AttemptKind.Overtaking, now, other);
    }

    private WaitingUser[] FirstOfOneKind(int count)
    {
        UserIdentityKind kind = _queue[0].User.Kind;
        List<WaitingUser> users = [];
        for (int i = 0; i < _queue.Count && users.Count < count; i++)
        {
            if (_queue[i].User.Kind == kind)
            {
                users.Add(_queue[i]);
            }
        }

        return [.. users];
    }

    private RegistrationAttempt Begin(AttemptKind kind, TimeSpan now, params WaitingUser[] users)
    {
        string identityName = users[0].User.IdentityName!;
        TriedItem[] items = Array.ConvertAll(users, user => new TriedItem(user.Number, identityName));
        var attempt = new Attempt(kind, [new AttemptPart(_lane, items.Length)], items) { Period = Gate.Period, MadeAt = now };
        return InFlight = new RegistrationAttempt(attempt, users);
    }

    private void NoteAnswers(RegistrationAttempt attempt, EngageAnswer answer, DateTimeOffset utcNow, TimeSpan now, RegistrationOutcome outcome)
    {
        Dictionary<string, Euid> euids = answer.EuidsOf(Array.ConvertAll(attempt.Users, user => user.User.ExternalId!));
        outcome.Given = euids.Count;
        _given += euids.Count;
        if (euids.Count > 0)
        {
            EmptyResponses = 0;
            _triesInVain = 0;
            _rules.Judge(attempt.Attempt, AnswerMeaning.Accepted, isTimeOut: false, now);
        }
        else
        {
            EmptyResponses += Array.TrueForAll(attempt.Users, user => cache.TryGet(user.User, out _)) ? 0 : 1;
            _rules.NoteEmpty(attempt.Attempt, now);
        }

        foreach (WaitingUser user in attempt.Users)
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
    private bool TryKeepKnown(WaitingUser user, DateTimeOffset utcNow, RegistrationOutcome outcome)
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
    private void NoteOmitted(WaitingUser user, TimeSpan now, RegistrationOutcome outcome)
    {
        if (user.OmittedAt < _given)
        {
            Forget(user);
            outcome.Missing.Add(user);
            return;
        }

        _lane.Suspects.Remove(user.Number);
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
            WaitingUser user = _omitted[i];
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
    private WaitingUser? Resolve(RegisteredUser registered)
    {
        cache.Add(registered);
        if (!_users.TryGetValue(registered.User, out WaitingUser? user))
        {
            return null;
        }

        Forget(user);
        return user;
    }

    private void Forget(WaitingUser user)
    {
        user.IsForgotten = true;
        if (_users.Remove(user.User))
        {
            _pendingBytes -= SizeOf(user.User);
        }

        _byNumber.Remove(user.Number);
        _lane.Suspects.Remove(user.Number);
        _lane.FirstFailures.Remove(user.Number);
    }

    private static long SizeOf(EngageUser user) => BytesPerUser + ((user.ExternalId?.Length ?? 0) * sizeof(char));
}
