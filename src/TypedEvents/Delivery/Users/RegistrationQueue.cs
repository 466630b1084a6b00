namespace TypedEvents;

/// <summary>
/// The users who have to be registered, each in one state, and what a response changes. Each id is asked for once, however many
/// events wait for it. Registrations are judged as reports are, by a policy of their own: split where rejected, with the same evidence, and
/// with a circuit breaker of their own, so that events of known users are still sent.
/// </summary>
internal sealed class RegistrationQueue
{
    /// <summary>The ids in one request (EngageLab, <c>POST /v1/user/register</c>).</summary>
    public const int MaxIds = 100;

    /// <summary>What the users who wait may take in memory; events behind those of one more wait.</summary>
    private const long MaxPendingBytes = 4 * 1024 * 1024;

    /// <summary>What one user may take at most: so much there may be more than the limit.</summary>
    private const int MaxIdBytes = 1024;

    /// <summary>How many users are looked up at a time for whom there is no room.</summary>
    private const int MaxLookupsWithoutRoom = 1000;

    /// <summary>What a user takes here beside the characters of its id: three entries of collections and two objects.</summary>
    private const int BytesPerUser = 256;

    /// <summary>By the kind of the id, then by the id, as in <see cref="UserCache"/>.</summary>
    private readonly Dictionary<string, UnregisteredUser>[] _users;
    private readonly Dictionary<long, UnregisteredUser> _byNumber = [];
    private readonly List<UnregisteredUser> _lookups = [];
    private readonly List<UnregisteredUser> _queued = [];
    private readonly UserCache _cache;
    private readonly DeliveryPolicy _policy;

    /// <summary>Those whom a response omitted, by the kind of their id: a request is for ids of one kind.</summary>
    private readonly OmittedUsers[] _omitted;

    private long _pendingBytes;
    private long _lastNumber;

    /// <param name="cache">The users whose EUIDs are known.</param>
    /// <param name="policy">The rules. It has one lane.</param>
    /// <param name="backoff">The waits while nobody gets an EUID.</param>
    public RegistrationQueue(UserCache cache, DeliveryPolicy policy, Backoff backoff)
    {
        _cache = cache;
        _policy = policy;
        _omitted = new OmittedUsers[Enum.GetValues<UserIdentityKind>().Length];
        _users = new Dictionary<string, UnregisteredUser>[_omitted.Length];
        for (int kind = 0; kind < _omitted.Length; kind++)
        {
            _users[kind] = new Dictionary<string, UnregisteredUser>(StringComparer.Ordinal);
            _omitted[kind] = new OmittedUsers(backoff);
        }
    }

    public bool IsEmpty => _byNumber.Count == 0;

    /// <summary>Users whom the outbox may know from before.</summary>
    public List<UnregisteredUser> Lookups => _lookups;

    /// <summary>Users whom EngageLab is asked for next, in their order, with those of the request in flight.</summary>
    public IReadOnlyList<UnregisteredUser> Queued => _queued;

    /// <summary>How many users a response omitted who weren't asked for again since.</summary>
    public int OmittedCount
    {
        get
        {
            int count = 0;
            foreach (OmittedUsers omitted in _omitted)
            {
                count += omitted.Count;
            }

            return count;
        }
    }

    /// <summary>When users are asked for again whom a response omitted; <see langword="null"/>: there are none.</summary>
    public TimeSpan? OmittedNextTry
    {
        get
        {
            TimeSpan? first = null;
            foreach (OmittedUsers omitted in _omitted)
            {
                first = first < omitted.NextTry ? first : omitted.NextTry ?? first;
            }

            return first;
        }
    }

    /// <summary>How many responses consecutively had no EUID for anybody.</summary>
    public int EmptyResponses { get; private set; }

    /// <summary>The request whose response counts. One that was in flight when the claim was lost is none.</summary>
    public RegistrationRequest? InFlight { get; private set; }

    /// <summary>A user who is quarantined, by its number.</summary>
    public UnregisteredUser this[long number] => _byNumber[number];

    /// <summary>Whether the queue is full, so that this user has to wait until others are known.</summary>
    public bool HasNoRoomFor(EngageUser user) => IsFull && !Contains(user);

    /// <summary>Whether a few more than there is room for are taken to be looked up, and then given back: nobody can be registered.</summary>
    public bool MayPass => IsStuck && _lookups.Count < MaxLookupsWithoutRoom;

    /// <summary>Whether there is much room again, or all there will be.</summary>
    public bool HasRoomAgain =>
        (_byNumber.Count <= _cache.Capacity / 2 && _pendingBytes <= MaxPendingBytes / 2)
        || (!IsFull && InFlight is null && _queued.Count == 0 && _lookups.Count == 0);

    private bool IsFull => _byNumber.Count >= _cache.Capacity || _pendingBytes >= MaxPendingBytes;

    /// <summary>Whether no room will come of itself: registrations fail, or all who were asked for were omitted or are quarantined.</summary>
    private bool IsStuck =>
        !_policy.CircuitBreaker.IsClosed || (InFlight is null && _queued.Count == 0 && OmittedCount + _policy.QuarantinedCount > 0);

    /// <summary>Whether one of the users has an event up to a position, and something else is true of it.</summary>
    public bool Exists(long position, Predicate<UnregisteredUser> match)
    {
        foreach (UnregisteredUser user in _byNumber.Values)
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
        if (Find(waiting.User) is not { } user)
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
        if (!Contains(known) && _pendingBytes < MaxPendingBytes / 2)
        {
            Queue(Enlist(known, Partition.Of(known), now));
        }
    }

    /// <summary>What the outbox knows from before was looked up: EngageLab is asked for the others.</summary>
    /// <param name="found">Those whom the outbox knows.</param>
    /// <param name="passed">Gets those for whom there is no room.</param>
    /// <returns>Those who are known now.</returns>
    public List<UnregisteredUser> NoteLookedUp(IReadOnlyList<RegisteredUser> found, List<UnregisteredUser> passed)
    {
        List<UnregisteredUser> known = [];
        foreach (RegisteredUser registered in found)
        {
            _omitted[(int)registered.User.Kind].NoteKnown(registered.User);
            if (Resolve(registered) is { } user)
            {
                known.Add(user);
            }
        }

        for (int i = _lookups.Count - 1; i >= 0 && (_byNumber.Count > _cache.Capacity || _pendingBytes > MaxPendingBytes + MaxIdBytes); i--)
        {
            if (_lookups[i].State == RegistrationState.LookupPending)
            {
                Forget(_lookups[i]);
                passed.Add(_lookups[i]);
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
            Note(_policy.Decide(request.Attempt, meaning, response.TransportError == TransportError.TimedOut, now), request.Users[0], utcNow, outcome);
        }

        _queued.RemoveAll(user => user.State != RegistrationState.Queued);
        return outcome;
    }

    /// <summary>Has those whom a response omitted asked for again, behind the others.</summary>
    public void QueueOmitted(TimeSpan now)
    {
        foreach (OmittedUsers omitted in _omitted)
        {
            if (omitted.Count > 0)
            {
                _queued.AddRange(omitted.TakeDue(now));
            }
        }
    }

    /// <summary>Forgets the user whom a response omitted the longest ago, to make room.</summary>
    /// <returns>The user, or <see langword="null"/>: there is none.</returns>
    public UnregisteredUser? EvictOmitted()
    {
        if (Array.Find(_omitted, omitted => omitted.Count > 0) is not { } omitted)
        {
            return null;
        }

        UnregisteredUser evicted = omitted.RemoveOldest();
        Forget(evicted);
        return evicted;
    }

    /// <summary>Has those whom a response omitted asked for again as soon as possible.</summary>
    public void TryNow(TimeSpan now) => Array.ForEach(_omitted, omitted => omitted.TryNow(now));

    /// <summary>Puts a user with a kind of id whose EUID is known before the others.</summary>
    /// <returns>Whether there is one.</returns>
    public bool QueueCanary(UserIdentityKind kind, TimeSpan now)
    {
        if (_omitted[(int)kind].Canary is not { } known || Contains(known) || !_cache.TryGet(known, out _))
        {
            return false;
        }

        UnregisteredUser canary = Enlist(known, Partition.Of(known), now);
        canary.Queue();
        _queued.Insert(0, canary);
        return true;
    }

    /// <summary>Whether it is about to be known whether a user whom a response omitted has no EUID.</summary>
    public bool IsAboutToBeDecided(UnregisteredUser omitted) => _omitted[(int)omitted.User.Kind].IsAboutToBeDecided(omitted);

    /// <summary>
    /// The claim is lost: whoever has it next reads the events again. What a request that is in flight brings is of no concern any more.
    /// </summary>
    public void Reset()
    {
        InFlight = null;
        _pendingBytes = 0;
        Array.ForEach(_users, users => users.Clear());
        _byNumber.Clear();
        _queued.Clear();
        _lookups.Clear();
        Array.ForEach(_omitted, omitted => omitted.Clear());
        _policy.ForgetAll();
    }

    private UnregisteredUser Enlist(EngageUser user, int partition, TimeSpan now)
    {
        var waiting = new UnregisteredUser(++_lastNumber, user, partition, now);
        _users[(int)user.Kind].Add(user.ExternalId!, waiting);
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
        OmittedUsers omitted = _omitted[(int)request.Users[0].User.Kind];
        omitted.NoteResponse(euids.Count, now);
        if (euids.Count > 0)
        {
            EmptyResponses = 0;
            _policy.Decide(request.Attempt, ResponseMeaning.Accepted, isTimeout: false, now);
        }
        else
        {
            EmptyResponses += Array.TrueForAll(request.Users, user => _cache.TryGet(user.User, out _)) ? 0 : 1;
            _policy.NoteEmpty(request.Attempt, now);
        }

        foreach (UnregisteredUser user in request.Users)
        {
            if (euids.TryGetValue(user.User.ExternalId!, out Euid euid))
            {
                omitted.NoteKnown(user.User);
                NoteRegistered(new RegisteredUser(user.User, euid, utcNow), outcome);
            }
            else if (!TryKeepKnown(user, utcNow, outcome))
            {
                NoteOmitted(user, omitted, now, outcome);
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
        if (!_cache.TryGet(user.User, out Euid known))
        {
            return false;
        }

        NoteRegistered(new RegisteredUser(user.User, known, utcNow), outcome);
        return true;
    }

    private void NoteOmitted(UnregisteredUser user, OmittedUsers omitted, TimeSpan now, RegistrationOutcome outcome)
    {
        if (omitted.IsMissing(user))
        {
            Forget(user);
            outcome.Missing.Add(user);
        }
        else
        {
            _policy.Forget(_policy.Lanes[0], user.Number);
            omitted.Add(user, now);
        }
    }

    /// <returns>The user if somebody waits for it.</returns>
    private UnregisteredUser? Resolve(RegisteredUser registered)
    {
        _cache.Add(registered);
        if (Find(registered.User) is not { } user)
        {
            return null;
        }

        Forget(user);
        return user;
    }

    private void Forget(UnregisteredUser user)
    {
        user.End();
        if (_users[(int)user.User.Kind].Remove(user.User.ExternalId!))
        {
            _pendingBytes -= SizeOf(user.User);
        }

        _byNumber.Remove(user.Number);
        _policy.Forget(_policy.Lanes[0], user.Number);
    }

    private UnregisteredUser? Find(EngageUser user) => _users[(int)user.Kind].GetValueOrDefault(user.ExternalId!);

    private bool Contains(EngageUser user) => Find(user) is not null;

    private static long SizeOf(EngageUser user) => BytesPerUser + ((user.ExternalId?.Length ?? 0) * sizeof(char));
}
