namespace TypedEvents;

/// <summary>Plans which users are registered next, as <see cref="SendPlanner"/> plans which events are sent.</summary>
/// <param name="queue">The users.</param>
/// <param name="policy">What the responses changed. It has one lane.</param>
/// <param name="gatherTime">How long the first user of a batch waits for others.</param>
internal sealed class RegistrationPlanner(RegistrationQueue queue, DeliveryPolicy policy, TimeSpan gatherTime)
{
    private readonly LaneState _lane = policy.Lanes[0];
    private uint _probe;

    /// <summary>Plans the next request.</summary>
    /// <param name="isHurried">Whether somebody waits for a flush.</param>
    /// <param name="now">The time of the step.</param>
    /// <returns>The request, or <see langword="null"/> where nobody can be registered now.</returns>
    public RegistrationRequest? Next(bool isHurried, TimeSpan now)
    {
        if (queue.InFlight is not null || now < (policy.CircuitBreaker.IsClosed ? _lane.WaitUntil : policy.CircuitBreaker.NextTry))
        {
            return null;
        }

        queue.QueueOmitted(now);
        if (!policy.CircuitBreaker.IsClosed)
        {
            return NextProbe();
        }

        foreach (QuarantinedEvent quarantined in _lane.Quarantined.Values)
        {
            if (quarantined.IsDue(policy.Accepted, now))
            {
                return Of(AttemptKind.RetryQuarantined, queue[quarantined.Item.Id]);
            }
        }

        if (!IsBatchDue(isHurried, now))
        {
            return null;
        }

        int count = _lane.NextCount(policy.Limit);
        return count == 1 ? NextAlone() : Of(AttemptKind.Batch, NextBatch(count, now));
    }

    /// <summary>When somebody can be registered next; <see langword="null"/>: nobody waits, or a request is in flight.</summary>
    public TimeSpan? NextDue(TimeSpan now)
    {
        if (queue.InFlight is not null || queue.IsEmpty)
        {
            return null;
        }

        var next = new EarliestTime(now);
        if (!policy.CircuitBreaker.IsClosed)
        {
            TimeSpan probe = policy.CircuitBreaker.NextTry;
            bool hasOne = queue.Queued.Count + _lane.Quarantined.Count > 0 || queue.OmittedNextTry < probe;
            next.Add(hasOne ? probe : queue.OmittedNextTry);
            return next.Value;
        }

        foreach (QuarantinedEvent quarantined in _lane.Quarantined.Values)
        {
            next.Add(quarantined.IsDue(policy.Accepted, now) ? _lane.WaitUntil : quarantined.DueAt(policy.Accepted));
        }

        next.Add(queue.Queued.Count > 0 ? Latest(_lane.WaitUntil, queue.Queued[0].Since + gatherTime) : null);
        next.Add(queue.OmittedNextTry is { } omitted ? Latest(_lane.WaitUntil, omitted) : null);
        return next.Value;
    }

    private bool IsBatchDue(bool isHurried, TimeSpan now) =>
        queue.Queued.Count > 0
        && (isHurried
            || queue.Queued.Count >= RegistrationQueue.MaxIds
            || _lane.ConsecutiveFailures > 0
            || _lane.BisectionRange > 0
            || now - queue.Queued[0].Since >= gatherTime);

    private RegistrationRequest? NextProbe()
    {
        QuarantinedEvent? oldest = null;
        foreach (QuarantinedEvent quarantined in _lane.Quarantined.Values)
        {
            oldest = oldest?.LastTried <= quarantined.LastTried ? oldest : quarantined;
        }

        bool isRejecting = policy.CircuitBreaker.Reason == CircuitOpenReason.Rejections;
        if (oldest is not null && (queue.Queued.Count == 0 || (isRejecting && _probe++ % 2 == 0)))
        {
            return Of(AttemptKind.RetryQuarantined, queue[oldest.Item.Id]);
        }

        return queue.Queued.Count == 0 ? null
            : isRejecting ? Of(AttemptKind.ProbeRandom, queue.Queued[(int)(_probe % (uint)queue.Queued.Count)])
            : NextAlone();
    }

    /// <summary>The first user alone, or now and then another one, since an id that fails must not block the others.</summary>
    private RegistrationRequest NextAlone() =>
        _lane.IsBypassDue && queue.Queued.Count > 1
            ? Of(AttemptKind.BypassHead, queue.Queued[1])
            : Of(AttemptKind.Batch, queue.Queued[0]);

    /// <summary>The first users with one kind of id; with those whom a response omitted, one whose EUID is known, for evidence.</summary>
    private UnregisteredUser[] NextBatch(int count, TimeSpan now)
    {
        UnregisteredUser[] users = FirstOfOneKind(count);
        return Array.Exists(users, user => user.OmittedAt is not null) && queue.QueueCanary(users[0].User.Kind, now) ? FirstOfOneKind(count) : users;
    }

    private UnregisteredUser[] FirstOfOneKind(int count)
    {
        UserIdentityKind kind = queue.Queued[0].User.Kind;
        List<UnregisteredUser> users = [];
        for (int i = 0; i < queue.Queued.Count && users.Count < count; i++)
        {
            if (queue.Queued[i].User.Kind == kind)
            {
                users.Add(queue.Queued[i]);
            }
        }

        return [.. users];
    }

    private RegistrationRequest Of(AttemptKind kind, params UnregisteredUser[] users)
    {
        string identityName = users[0].User.IdentityName!;
        var items = new TriedItem[users.Length];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = new TriedItem(users[i].Number, identityName);
        }

        return new RegistrationRequest(new Attempt(kind, [new AttemptPart(_lane, items.Length)], items), users);
    }

    private static TimeSpan Latest(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
