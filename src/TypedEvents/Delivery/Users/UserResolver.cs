namespace TypedEvents;

/// <summary>
/// Puts the EUIDs of users with an external id into their events. A query changes nothing: the reader says separately which
/// events wait for their user.
/// </summary>
internal sealed class UserResolver(UserCache cache, RegistrationQueue registrations, IEventOutbox outbox, TimeProvider clock, TimeSpan cacheDuration)
{
    private TimeSpan _nextSweep;

    /// <summary>Whether the outbox has to be asked for users before anything is sent: it may know them from before.</summary>
    public bool HasLookups => registrations.NotLookedUp.Count > 0;

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

        if (!cache.TryGet(read.User, out Euid euid))
        {
            return UserResolution.Unregistered;
        }

        resolved = read with { User = default, Json = EuidPlaceholder.Fill(read.Json.Span, read.EventName, euid) };
        return UserResolution.Ready;
    }

    /// <summary>Whether an event's user is known, or there is room for one more who isn't: a batch of unknown ones mustn't take all memory.</summary>
    public bool HasRoomFor(in OutboxEvent read) =>
        !read.User.IsExternalId || !registrations.HasNoRoomFor(read.User) || cache.TryGet(read.User, out _);

    /// <summary>An event waits until its user is registered.</summary>
    public void Await(in OutboxEvent unresolved, TimeSpan now) => registrations.Add(unresolved, now);

    /// <summary>Asks the outbox for the users that it may know from before.</summary>
    /// <returns>Those who are known now: their events can be sent.</returns>
    public async ValueTask<List<UnregisteredUser>> LookUpAsync(TimeSpan now, CancellationToken cancellationToken)
    {
        IReadOnlyList<RegisteredUser> found = await outbox
            .FindUsersAsync(registrations.NotLookedUp.ConvertAll(user => user.User), cancellationToken)
            .ConfigureAwait(false);
        List<UnregisteredUser> known = registrations.NoteLookedUp(found);
        cache.NotePersisted(found);
        DateTimeOffset staleBefore = clock.GetUtcNow() - cacheDuration;
        foreach (RegisteredUser user in found)
        {
            if (user.RegisteredAt < staleBefore)
            {
                registrations.Refresh(user.User, now);
            }
        }

        return known;
    }

    /// <summary>Has EUIDs that have been known for long asked for again. The old ones are used until then.</summary>
    public void Sweep(TimeSpan now)
    {
        if (now < _nextSweep || cache.Count == 0)
        {
            return;
        }

        _nextSweep = now + RetrySchedules.UserSweepInterval;
        foreach (EngageUser stale in cache.Expire(clock.GetUtcNow() - cacheDuration))
        {
            registrations.Refresh(stale, now);
        }
    }

    /// <summary>Saves the users that EngageLab registered, so that the next process needn't register them again.</summary>
    public async ValueTask SaveAsync(IReadOnlyList<RegisteredUser> registered, CancellationToken cancellationToken)
    {
        await outbox.SaveUsersAsync(registered, cancellationToken).ConfigureAwait(false);
        cache.NotePersisted(registered);
    }

    /// <summary>When it is looked again for users whose EUID has been known for long.</summary>
    public TimeSpan? NextSweep => cache.Count > 0 ? _nextSweep : null;
}
