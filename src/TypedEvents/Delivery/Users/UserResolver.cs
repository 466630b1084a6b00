namespace TypedEvents;

/// <summary>
/// Puts the EUIDs of users with an external id into their events, and has the users registered whose EUID isn't known. A query changes
/// nothing: the reader says separately which events wait for their user.
/// </summary>
internal sealed class UserResolver
{
    private readonly UserCache _cache;
    private readonly IEventOutbox _outbox;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _cacheDuration;
    private readonly RegistrationQueue _queue;
    private readonly RegistrationPlanner _planner;
    private TimeSpan _nextSweep;

    /// <param name="cache">The users whose EUIDs are known.</param>
    /// <param name="outbox">Knows users from before.</param>
    /// <param name="settings">How long an EUID is used before it is asked for again, and how long users gather for a request.</param>
    /// <param name="backoff">The waits after failures.</param>
    /// <param name="clock">The date.</param>
    public UserResolver(UserCache cache, IEventOutbox outbox, DeliverySettings settings, Backoff backoff, TimeProvider clock)
    {
        _cache = cache;
        _outbox = outbox;
        _clock = clock;
        _cacheDuration = settings.UserCacheDuration;
        Policy = new DeliveryPolicy(lanes: 1, RegistrationQueue.MaxIds, backoff);
        _queue = new RegistrationQueue(cache, Policy, backoff);
        _planner = new RegistrationPlanner(_queue, Policy, settings.FlushInterval);
    }

    /// <summary>The rules of registrations, with a circuit breaker of their own.</summary>
    public DeliveryPolicy Policy { get; }

    /// <summary>Whether the outbox has to be asked for users before anything is sent: it may know them from before.</summary>
    public bool HasLookups => _queue.Lookups.Count > 0;

    /// <summary>How many users have no EUID although EngageLab was asked for it.</summary>
    public int OmittedCount => _queue.OmittedCount;

    /// <summary>How many responses consecutively had no EUID for anybody.</summary>
    public int EmptyResponses => _queue.EmptyResponses;

    /// <summary>Gives the event as it is sent.</summary>
    public UserResolution Resolve(in OutboxEvent read, out OutboxEvent resolved)
    {
        resolved = read;
        if (!read.User.IsExternalId)
        {
            return UserResolution.Ready;
        }

        if (!EuidPlaceholder.IsFree(read.Json.Span, read.EventName))
        {
            return UserResolution.Unreadable;
        }

        if (!_cache.TryGet(read.User, out Euid euid))
        {
            return UserResolution.Unregistered;
        }

        resolved = read with { User = default, Json = EuidPlaceholder.Fill(read.Json.Span, read.EventName, euid) };
        return UserResolution.Ready;
    }

    /// <summary>Whether an event's user is known, or there is room for one more who isn't: a batch of unknown ones mustn't take all memory.</summary>
    public bool HasRoomFor(in OutboxEvent read) =>
        !read.User.IsExternalId || !_queue.HasNoRoomFor(read.User) || _cache.TryGet(read.User, out _);

    /// <summary>
    /// Whether reading goes on past events for whose users there is no room: nobody can be registered, so none will come. They are looked up
    /// first, since the outbox may know them.
    /// </summary>
    public bool MayPass => _queue.MayPass;

    /// <summary>Whether there is room for users who had none.</summary>
    public bool HasRoomAgain => _queue.HasRoomAgain;

    /// <summary>Makes room for a user.</summary>
    /// <returns>The user who has to be asked for another time, or <see langword="null"/>: there is none.</returns>
    public UnregisteredUser? EvictOmitted() => _queue.EvictOmitted();

    /// <summary>An event waits until its user is registered.</summary>
    public void Await(in OutboxEvent unresolved, TimeSpan now) => _queue.Add(unresolved, now);

    /// <summary>Asks the outbox for the users that it may know from before.</summary>
    /// <param name="passed">Gets those for whom there is no room.</param>
    /// <param name="now">The time of the step.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Those who are known now: their events can be sent.</returns>
    public async ValueTask<List<UnregisteredUser>> LookUpAsync(List<UnregisteredUser> passed, TimeSpan now, CancellationToken cancellationToken)
    {
        List<EngageUser> users = new(_queue.Lookups.Count);
        foreach (UnregisteredUser user in _queue.Lookups)
        {
            users.Add(user.User);
        }

        IReadOnlyList<RegisteredUser> found = await _outbox.FindUsersAsync(users, cancellationToken).ConfigureAwait(false);
        List<UnregisteredUser> known = _queue.NoteLookedUp(found, passed);
        _cache.NotePersisted(found);
        DateTimeOffset staleBefore = _clock.GetUtcNow() - _cacheDuration;
        foreach (RegisteredUser user in found)
        {
            if (user.RegisteredAt < staleBefore)
            {
                _queue.Refresh(user.User, now);
            }
        }

        return known;
    }

    /// <summary>Has EUIDs that have been known for long asked for again. The old ones are used until then.</summary>
    public void Sweep(TimeSpan now)
    {
        if (now < _nextSweep || _cache.Count == 0)
        {
            return;
        }

        _nextSweep = now + RetrySchedules.UserSweepInterval;
        foreach (EngageUser stale in _cache.Expire(_clock.GetUtcNow() - _cacheDuration))
        {
            _queue.Refresh(stale, now);
        }
    }

    /// <summary>Begins the next registration.</summary>
    /// <returns>The request, or <see langword="null"/> where nobody can be registered now.</returns>
    public RegistrationRequest? Begin(bool isHurried, TimeSpan now)
    {
        if (_planner.Next(isHurried, now) is not { } planned)
        {
            return null;
        }

        var request = new RegistrationRequest(Policy.Begin(planned.Attempt, now), planned.Users);
        _queue.Begin(request);
        return request;
    }

    /// <summary>What a response changes.</summary>
    /// <returns>That, or <see langword="null"/> where the response counts for nothing.</returns>
    public RegistrationOutcome? NoteResponse(RegistrationRequest request, EngageResponse? response, ResponseMeaning meaning, TimeSpan now)
    {
        if (response is not null && _queue.InFlight == request)
        {
            return _queue.NoteResponse(response, meaning, _clock.GetUtcNow(), now);
        }

        _queue.NoteNothing(request);
        return null;
    }

    /// <summary>Saves the users that EngageLab registered, so that the next process needn't register them again.</summary>
    public ValueTask SaveAsync(IReadOnlyList<RegisteredUser> registered, CancellationToken cancellationToken) =>
        _outbox.SaveUsersAsync(registered, cancellationToken);

    /// <summary>The outbox has saved users.</summary>
    public void NoteSaved(IReadOnlyList<RegisteredUser> registered) => _cache.NotePersisted(registered);

    /// <summary>The claim is lost: whoever has it next reads the events again.</summary>
    public void Reset() => _queue.Reset();

    /// <summary>Whether users wait who can't be registered before the configuration is fixed or its next try is due.</summary>
    public bool IsBlockedByConfiguration(TimeSpan now) =>
        !_queue.IsEmpty
        && Policy.CircuitBreaker.Reason == CircuitOpenReason.Configuration
        && _queue.InFlight is null
        && now < Policy.CircuitBreaker.NextTry;

    /// <summary>What caused failures may be fixed: nobody waits any more because of them.</summary>
    public void TryNow(TimeSpan now)
    {
        Policy.TryNow(now);
        _queue.TryNow(now);
    }

    /// <summary>
    /// Whether somebody whose event waits up to a position isn't registered because the server failed, or gave no EUID: it may once it works.
    /// </summary>
    public bool HasServerFault(long position) => _queue.Exists(position, user => user.State switch
    {
        RegistrationState.Omitted => true,
        RegistrationState.Quarantined => Policy.Lanes[0].Quarantined[user.Number].Kind == QuarantineReason.Failed,
        _ => false,
    });

    /// <summary>Whether somebody whose event waits up to a position can still be registered without waiting for something to be fixed.</summary>
    public bool IsHopeful(long position, TimeSpan now)
    {
        bool isTrying = Policy.CircuitBreaker.IsClosed || _queue.InFlight is not null || now >= Policy.CircuitBreaker.NextTry;
        return _queue.Exists(position, user => user.State switch
        {
            RegistrationState.LookupPending => true,
            RegistrationState.Omitted => isTrying && _queue.IsAboutToBeDecided(user),
            RegistrationState.Quarantined => isTrying && Policy.Lanes[0].Quarantined[user.Number].IsDue(Policy.Accepted, now),
            _ => isTrying,
        });
    }

    /// <summary>When there is something to do again that waits for nothing but the time.</summary>
    public TimeSpan? NextDue(TimeSpan now)
    {
        var next = new EarliestTime(now);
        next.Add(_planner.NextDue(now));
        next.Add(_cache.Count > 0 ? _nextSweep : null);
        return next.Value;
    }
}
