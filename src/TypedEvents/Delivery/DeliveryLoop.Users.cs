using System.Diagnostics;

namespace TypedEvents;

/// <content>Users with an external id: their events go when EngageLab has given an EUID for it.</content>
internal sealed partial class DeliveryLoop
{
    private static readonly TimeSpan CacheSweepInterval = TimeSpan.FromMinutes(1);

    private readonly Dictionary<long, OutboxEvent> _unreadable = [];
    private TimeSpan _nextCacheSweep;

    /// <summary>The event as it is sent; <see langword="null"/>: its user has to be known first, and is asked for.</summary>
    private OutboxEvent? Resolve(OutboxEvent read, TimeSpan now)
    {
        if (!read.User.IsExternalId)
        {
            return read;
        }

        if (!EuidPlaceholder.IsFree(read.Json.Span, read.EventName))
        {
            _unreadable.TryAdd(read.Position, read);
            return null;
        }

        if (!_cache.TryGet(read.User, out Euid euid))
        {
            _registrations.Add(read, now);
            return null;
        }

        return read with { User = default, Json = EuidPlaceholder.Fill(read.Json.Span, read.EventName, euid) };
    }

    /// <summary>What can't be completed, whatever its user's EUID is, becomes a dead letter: the events behind it go on.</summary>
    private async ValueTask SettleUnreadableAsync(CancellationToken cancellationToken)
    {
        if (_unreadable.Count == 0)
        {
            return;
        }

        OutboxEvent[] events = [.. _unreadable.Values];
        _unreadable.Clear();
        var reason = new DeadLetterReason(DeadLetterKind.Unreadable, null, "Its JSON has no free placeholder for the EUID of its user.");
        Log.EventDeadLettered(_logger, events[0].EventName, events[0].Position, reason.Kind.ToString(), reason.Message!);
        await ApplyAsync(events, (claim, token) => claim.SettleDeadLetterAsync(events, reason, token), Now, cancellationToken).ConfigureAwait(false);
        _onSettled();
    }

    /// <summary>Asks the outbox for users that it knows from before, and EngageLab for the others.</summary>
    private async ValueTask RegisterAsync(TimeSpan now, CancellationToken cancellationToken)
    {
        SweepCache(now);

        // A lookup has the lanes filled anew, and thus perhaps others found whose events mustn't be sent after their own later ones.
        while (_registrations.NotLookedUp.Count > 0)
        {
            await LookUpAsync(now, cancellationToken).ConfigureAwait(false);
        }

        if (now >= _pausedUntil && now >= _rateLimiter.NextAt && _registrations.Plan(isHurried: !_flushes.IsEmpty, now) is { } attempt)
        {
            _rateLimiter.Take(now);
            _requests.RemoveAll(request => request.IsCompleted);
            _requests.Add(SendAsync(attempt, cancellationToken));
        }
    }

    private async ValueTask LookUpAsync(TimeSpan now, CancellationToken cancellationToken)
    {
        IReadOnlyList<RegisteredUser> found = await _outbox
            .FindUsersAsync(_registrations.NotLookedUp.ConvertAll(user => user.User), cancellationToken)
            .ConfigureAwait(false);
        RewindFor(_registrations.NoteLookedUp(found));
        _cache.NotePersisted(found);
        DateTimeOffset staleBefore = _clock.GetUtcNow() - _settings.UserCacheDuration;
        foreach (RegisteredUser user in found)
        {
            if (user.RegisteredAt < staleBefore)
            {
                _registrations.Refresh(user.User, now);
            }
        }

        await FillLanesAsync(now, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>EUIDs that have been known for long are asked for again, and the old ones are used until then.</summary>
    private void SweepCache(TimeSpan now)
    {
        if (now < _nextCacheSweep || _cache.Count == 0)
        {
            return;
        }

        _nextCacheSweep = now + CacheSweepInterval;
        foreach (EngageUser stale in _cache.Expire(_clock.GetUtcNow() - _settings.UserCacheDuration))
        {
            _registrations.Refresh(stale, now);
        }
    }

    private async Task SendAsync(RegistrationRequest attempt, CancellationToken cancellationToken)
    {
        EngageResponse? response = null;
        try
        {
            using Activity? activity = TypedEventsTelemetry.ActivitySource.StartActivity("register users", ActivityKind.Client);
            activity?.SetTag("typedevents.users", attempt.Users.Length);
            response = await _register(
                attempt.Users[0].User.IdentityName!,
                Array.ConvertAll(attempt.Users, user => user.User.ExternalId!),
                cancellationToken).ConfigureAwait(false);
            activity?.SetTag("http.response.status_code", (int?)response.Status);
            activity?.SetTag("typedevents.code", response.Code);
            if (!response.IsAccepted)
            {
                activity?.SetStatus(ActivityStatusCode.Error, response.Describe(_health.Registrations.Address));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end: the events are still pending.
        }
#pragma warning disable CA1031 // A given HttpClient may throw anything.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            response = new EngageResponse { TransportError = TransportError.CutOff, Exception = exception };
        }

        _registered.Enqueue((attempt, response));
        _wake.SetAndContinue();
    }

    private async ValueTask ProcessRegistrationsAsync(TimeSpan now, CancellationToken cancellationToken)
    {
        while (_registered.TryDequeue(out (RegistrationRequest Request, EngageResponse? Response) ended))
        {
            if (ended.Response is not { } response || _registrations.InFlight != ended.Request)
            {
                _registrations.NoteNothing(ended.Request);
                continue;
            }

            ResponseMeaning meaning = _classifier.Read(response);
            RegistrationOutcome outcome = _registrations.NoteResponse(response, meaning, _clock.GetUtcNow(), now);
            NoteRetryAfter(response, now);
            NoteHealth(_health.Registrations, _registrations.Policy, response, meaning, now);
            if (outcome.Given > 0)
            {
                _health.Registrations.NoteRecovery();
                _policy.CircuitBreaker.TryEarly(ended.Request.Attempt.MadeAt, now);
            }
            else if (meaning == ResponseMeaning.Accepted && _registrations.EmptyResponses > 0)
            {
                _health.Registrations.NoteEmpty(ended.Request.Users.Length, _registrations.EmptyResponses, _clock.GetUtcNow(), now);
            }


            // Events that don't become dead letters now, for whatever reason, are read again and their users asked for again.
            RewindFor(outcome.Known);
            RewindFor(outcome.Missing);
            RewindFor(outcome.Rejected);
            if (_claim is not null)
            {
                await SettleAsync(outcome, response, now, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask SettleAsync(RegistrationOutcome outcome, EngageResponse response, TimeSpan now, CancellationToken cancellationToken)
    {
        if (outcome.Registered.Count > 0)
        {
            await ApplyAsync(
                [],
                async (_, token) =>
                {
                    await _outbox.SaveUsersAsync(outcome.Registered, token).ConfigureAwait(false);
                    _cache.NotePersisted(outcome.Registered);
                    return true;
                },
                now,
                cancellationToken).ConfigureAwait(false);
        }

        var omission = new DeadLetterReason(DeadLetterKind.UserUnknown, response.Code, "EngageLab gave no EUID for the user's id.");
        await DeadLetterEventsAsync(outcome.Missing, omission, isOmission: true, now, cancellationToken).ConfigureAwait(false);
        await DeadLetterEventsAsync(outcome.Rejected, ReasonOf(DeadLetterKind.UserUnknown, response), isOmission: false, now, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask DeadLetterEventsAsync(List<UnregisteredUser> users, DeadLetterReason reason, bool isOmission, TimeSpan now, CancellationToken cancellationToken)
    {
        if (users.Count == 0)
        {
            return;
        }

        _health.NoteUnknownUsers(users.Count, reason, isOmission);
        foreach (UnregisteredUser user in users)
        {
            await DeadLetterEventsAsync(user, reason, now, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The user has no EUID: the events that wait for one become dead letters. A replay asks for it again.</summary>
    private async ValueTask DeadLetterEventsAsync(UnregisteredUser user, DeadLetterReason reason, TimeSpan now, CancellationToken cancellationToken)
    {
        if (user.FirstPosition == UnregisteredUser.NoPosition)
        {
            return;
        }

        List<OutboxEvent> read = [];
        long after = user.FirstPosition - 1;
        bool hasMore;
        do
        {
            read.Clear();
            hasMore = await _claim!.ReadAsync(user.Partition, after, ProbeReach, int.MaxValue, read, cancellationToken).ConfigureAwait(false);
            OutboxEvent[] its = [.. read.FindAll(waiting => waiting.User == user.User)];
            if (its.Length > 0)
            {
                await ApplyAsync(its, (claim, token) => claim.SettleDeadLetterAsync(its, reason, token), now, cancellationToken).ConfigureAwait(false);
            }

            after = read.Count > 0 ? read[^1].Position : after;
        }
        while (hasMore);
        _onSettled();
    }

    /// <summary>Events that waited for their user are read again, and go before what came after them.</summary>
    private void RewindFor(List<UnregisteredUser> known)
    {
        foreach (UnregisteredUser user in known)
        {
            if (user.FirstPosition != UnregisteredUser.NoPosition)
            {
                LaneOf(user.Partition).RewindBefore(user.Partition, user.FirstPosition);
            }
        }
    }
}
