namespace TypedEvents;

/// <summary>
/// The users who have to be registered, each in one state, and what a response changes. Each id is asked for once, however many
/// events wait for it. Registrations are judged as reports are, by a policy of their own: split where rejected, with the same evidence, and
/// with a circuit breaker of their own, so that events of known users are still sent.
/// </summary>
internal sealed class RegistrationQueue(UserCache cache, DeliveryPolicy policy, Backoff backoff)
{
    /// <summary>The ids in one request (EngageLab, <c>POST /v1/user/register</c>).</summary>
    public const int MaxIds = 100;

    /// <summary>What the users who wait may take in memory; events behind those of one more wait.</summary>
    private const long MaxPendingBytes = 4 * 1024 * 1024;

    /// <summary>What a user takes here beside the characters of its id: three entries of collections and two objects.</summary>
    private const int BytesPerUser = 256;

    private readonly Dictionary<EngageUser, UnregisteredUser> _users = [];
    private readonly Dictionary<long, UnregisteredUser> _byNumber = [];
    private readonly List<UnregisteredUser> _lookups = [];
    private readonly List<UnregisteredUser> _queued = [];
    private readonly List<UnregisteredUser> _omitted = [];

    /// <summary>How many EUIDs were given, ever.</summary>
    private long _given;

    /// <summary>How often those whom a response omitted were asked for again while nobody got an EUID.</summary>
    private int _triesInVain;

    private TimeSpan _omittedNextTry;
    private long _pendingBytes;
    private long _lastNumber;

    public bool IsEmpty => _users.Count == 0;

    /// <summary>Users whom the outbox may know from before.</summary>
    public List<UnregisteredUser> Lookups => _lookups;

    /// <summary>Users whom EngageLab is asked for next, in their order, with those of the request in flight.</summary>
    public IReadOnlyList<UnregisteredUser> Queued => _queued;

    /// <summary>How many users a response omitted who weren't asked for again since.</summary>
    public int OmittedCount => _omitted.Count;

    /// <summary>When users are asked for again whom a response omitted; <see langword="null"/>: there are none.</summary>
    public TimeSpan? OmittedNextTry => _omitted.Count > 0 ? _omittedNextTry : null;

    /// <summary>How many responses consecutively had no EUID for anybody.</summary>
    public int EmptyResponses { get; private set; }

    /// <summary>The request whose response counts. One that was in flight when the claim was lost is none.</summary>
    public RegistrationRequest? InFlight { get; private set; }

    /// <summary>A user who is quarantined, by its number.</summary>
    public UnregisteredUser this[long number] => _byNumber[number];

    /// <summary>Whether the queue is full, so that this user has to wait until others are known.</summary>
    public bool HasNoRoomFor(EngageUser user) =>
        (_users.Count >= cache.Capacity || _pendingBytes >= MaxPendingBytes) && !_users.ContainsKey(user);

    /// <summary>Whether one of the users has an event up to a position, and something else is true of it.</summary>
    public bool Exists(long position, Predicate<UnregisteredUser> match)
    {
        foreach (UnregisteredUser user in _users.Values)
        {
            if (user.FirstPosition <= position && match(user))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>An event waits for its user.</summary>
    public void Add(in OutboxEvent waiting, TimeSpan now)
    {
        if (!_users.TryGetValue(waiting.User, out UnregisteredUser? user))
        {
            user = Enlist(waiting.User, waiting.Partition, now);
            _lookups.Add(user);
        }

        user.AddEvent(waiting.Position);
    }

    /// <summary>
    /// An EUID is asked for again because it has been known for long. Its old one is used until then, so those for whom events wait go
    /// first: where there are many, it is asked for another time.
    /// </summary>
    public void Refresh(EngageUser known, TimeSpan now)
    {
        if (!_users.ContainsKey(known) && _pendingBytes < MaxPendingBytes / 2)
        {
            Queue(Enlist(known, Partition.Of(known), now));
        }
    }

    /// <summary>What the outbox knows from before was looked up: EngageLab is asked for the others.</summary>
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

        foreach (UnregisteredUser user in _lookups)
        {
            if (user.State == RegistrationState.LookupPending)
            {
                Queue(user);
            }
        }

        _lookups.Clear();
        return known;
    }

    /// <summary>A request for some users is made.</summary>
    public void Begin(RegistrationRequest request) => InFlight = request;

    /// <summary>A request ended without a response: it is made again.</summary>
    public void NoteNothing(RegistrationRequest request)
    {
        if (InFlight == request)
        {
            InFlight = null;
        }
    }

    /// <summary>What a response to the request in flight changes.</summary>
    public RegistrationOutcome NoteResponse(EngageResponse response, ResponseMeaning meaning, DateTimeOffset utcNow, TimeSpan now)
    {
        RegistrationRequest request = InFlight!;
        InFlight = null;
        var outcome = new RegistrationOutcome();
        if (meaning == ResponseMeaning.Accepted)
        {
            NoteRegistered(request, response, utcNow, now, outcome);
        }
        else
        {
            Note(policy.Decide(request.Attempt, meaning, response.TransportError == TransportError.TimedOut, now), request.Users[0], utcNow, outcome);
        }

        _queued.RemoveAll(user => user.State != RegistrationState.Queued);
        return outcome;
    }

    /// <summary>
    /// Has those whom a response omitted asked for again, behind the others: all for whom there is evidence now, or as many as one request
    /// takes, to see whether the server gives EUIDs again.
    /// </summary>
    public void QueueOmitted(TimeSpan now)
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
                user.QueueAgain(now);
                _queued.Add(user);
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

    /// <summary>
    /// The claim is lost: whoever has it next reads the events again. What a request that is in flight brings is of no concern any more.
    /// </summary>
    public void Reset()
    {
        InFlight = null;
        _pendingBytes = 0;
        _users.Clear();
        _byNumber.Clear();
        _queued.Clear();
        _lookups.Clear();
        _omitted.Clear();
        policy.ForgetAll();
    }

    private UnregisteredUser Enlist(EngageUser user, int partition, TimeSpan now)
    {
        var waiting = new UnregisteredUser(++_lastNumber, user, partition, now);
        _users.Add(user, waiting);
        _pendingBytes += SizeOf(user);
        _byNumber.Add(waiting.Number, waiting);
        return waiting;
    }

    private void Queue(UnregisteredUser user)
    {
        user.Queue();
        _queued.Add(user);
    }

    private void Note(Disposition disposition, UnregisteredUser first, DateTimeOffset utcNow, RegistrationOutcome outcome)
    {
        if (disposition.Kind == DispositionKind.Quarantine)
        {
            first.Quarantine();
        }
        else if (disposition.IsDeadLetter && !TryKeepKnown(first, utcNow, outcome))
        {
            Forget(first);
            outcome.Rejected.Add(first);
        }
    }

    private void NoteRegistered(RegistrationRequest request, EngageResponse response, DateTimeOffset utcNow, TimeSpan now, RegistrationOutcome outcome)
    {
        Dictionary<string, Euid> euids = response.EuidsOf(Array.ConvertAll(request.Users, user => user.User.ExternalId!));
        outcome.Given = euids.Count;
        _given += euids.Count;
        if (euids.Count > 0)
        {
            EmptyResponses = 0;
            _triesInVain = 0;
            policy.Decide(request.Attempt, ResponseMeaning.Accepted, isTimeout: false, now);
        }
        else
        {
            EmptyResponses += Array.TrueForAll(request.Users, user => cache.TryGet(user.User, out _)) ? 0 : 1;
            policy.NoteEmpty(request.Attempt, now);
        }

        foreach (UnregisteredUser user in request.Users)
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

        policy.Forget(policy.Lanes[0], user.Number);
        if (now >= _omittedNextTry)
        {
            PostponeOmitted(now);
        }

        user.Omit(_given);
        _omitted.Add(user);
    }

    private void PostponeOmitted(TimeSpan now) => _omittedNextTry = now + backoff.After(++_triesInVain);

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
        user.End();
        if (_users.Remove(user.User))
        {
            _pendingBytes -= SizeOf(user.User);
        }

        _byNumber.Remove(user.Number);
        policy.Forget(policy.Lanes[0], user.Number);
    }

    private static long SizeOf(EngageUser user) => BytesPerUser + ((user.ExternalId?.Length ?? 0) * sizeof(char));
}
