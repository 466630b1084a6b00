using System.Diagnostics;

namespace TypedEvents;

/// <content>Users with an external id: their events go when EngageLab has given an EUID for it.</content>
internal sealed partial class DeliveryLoop
{
    private static readonly TimeSpan CacheSweepInterval = TimeSpan.FromMinutes(1);

    private readonly Dictionary<long, OutboxEvent> _unreadable = [];
    private TimeSpan _nextCacheSweep;

    /// <summary>The event as it is sent; <see langword="null"/>: its user has to be known first, and is asked for.</summary>
    private OutboxEvent? Complete(OutboxEvent read, TimeSpan now)
    {
        if (!read.User.IsExternalId)
        {
            return read;
        }

        if (!EuidPlace.IsFree(read.Json.Span, read.EventName))
        {
            _unreadable.TryAdd(read.Position, read);
            return null;
        }

        if (!_cache.TryGet(read.User, out Euid euid))
        {
            _registrar.Add(read, now);
            return null;
        }

        return read with { User = default, Json = EuidPlace.Fill(read.Json.Span, read.EventName, euid) };
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
        Log.EventSetAside(_logger, events[0].EventName, events[0].Position, reason.Kind.ToString(), reason.Message!);
        await ApplyAsync(events, (claim, token) => claim.SettleDeadLetterAsync(events, reason, token), Now, cancellationToken).ConfigureAwait(false);
        _onSettled();
    }

    /// <summary>Asks the outbox for users that it knows from before, and EngageLab for the others.</summary>
    private async ValueTask RegisterAsync(TimeSpan now, CancellationToken cancellationToken)
    {
        SweepCache(now);

        // A look-up has the lanes filled anew, and thus perhaps others found whose events mustn't be overtaken by their own later ones.
        while (_registrar.NotLookedUp.Count > 0)
        {
            await LookUpAsync(now, cancellationToken).ConfigureAwait(false);
        }

        if (now >= _pausedUntil && now >= _rateLimit.NextAt && _registrar.Plan(isHurried: !_flushes.IsEmpty, now) is { } attempt)
        {
            _rateLimit.Take(now);
            _requests.RemoveAll(request => request.IsCompleted);
            _requests.Add(SendAsync(attempt, cancellationToken));
        }
    }

    private async ValueTask LookUpAsync(TimeSpan now, CancellationToken cancellationToken)
    {
        IReadOnlyList<RegisteredUser> found = await _outbox
            .FindUsersAsync(_registrar.NotLookedUp.ConvertAll(user => user.User), cancellationToken)
            .ConfigureAwait(false);
        LetGo(_registrar.NoteLookedUp(found));
        _cache.NoteKept(found);
        DateTimeOffset staleBefore = _clock.GetUtcNow() - _settings.UserCacheDuration;
        foreach (RegisteredUser user in found)
        {
            if (user.RegisteredAt < staleBefore)
            {
                _registrar.Refresh(user.User, now);
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
            _registrar.Refresh(stale, now);
        }
    }

    private async Task SendAsync(RegistrationAttempt attempt, CancellationToken cancellationToken)
    {
        EngageAnswer? answer = null;
        try
        {
            using Activity? activity = TypedEventsTelemetry.ActivitySource.StartActivity("register users", ActivityKind.Client);
            activity?.SetTag("typedevents.users", attempt.Users.Length);
            answer = await _register(
                attempt.Users[0].User.IdentityName!,
                Array.ConvertAll(attempt.Users, user => user.User.ExternalId!),
                cancellationToken).ConfigureAwait(false);
            activity?.SetTag("http.response.status_code", (int?)answer.Status);
            activity?.SetTag("typedevents.code", answer.Code);
            if (!answer.IsAccepted)
            {
                activity?.SetStatus(ActivityStatusCode.Error, answer.Describe(_health.Registrations.Address));
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
            answer = new EngageAnswer { NoAnswer = NoAnswerReason.CutOff, Exception = exception };
        }

        _registered.Enqueue((attempt, answer));
        _wake.SetAndContinue();
    }

    private async ValueTask JudgeRegisteredAsync(TimeSpan now, CancellationToken cancellationToken)
    {
        while (_registered.TryDequeue(out (RegistrationAttempt Attempt, EngageAnswer? Answer) ended))
        {
            if (ended.Answer is not { } answer || _registrar.InFlight != ended.Attempt)
            {
                _registrar.NoteNothing(ended.Attempt);
                continue;
            }

            AnswerMeaning meaning = _answers.Read(answer);
            RegistrationOutcome outcome = _registrar.Judge(answer, meaning, _clock.GetUtcNow(), now);
            NoteRetryAfter(answer, now);
            NoteHealth(_health.Registrations, _registrar.Rules, answer, meaning, now);
            if (outcome.Given > 0)
            {
                _health.Registrations.NoteRecovery();
                _rules.Gate.TryEarly(ended.Attempt.Attempt.MadeAt, now);
            }
            else if (meaning == AnswerMeaning.Accepted && _registrar.EmptyResponses > 0)
            {
                _health.Registrations.NoteEmpty(ended.Attempt.Users.Length, _registrar.EmptyResponses, _clock.GetUtcNow(), now);
            }


            // Events that don't become dead letters now, for whatever reason, are read again and their users asked for again.
            LetGo(outcome.Known);
            LetGo(outcome.Missing);
            LetGo(outcome.Refused);
            if (_claim is not null)
            {
                await SettleAsync(outcome, answer, now, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask SettleAsync(RegistrationOutcome outcome, EngageAnswer answer, TimeSpan now, CancellationToken cancellationToken)
    {
        if (outcome.Registered.Count > 0)
        {
            await ApplyAsync(
                [],
                async (_, token) =>
                {
                    await _outbox.SaveUsersAsync(outcome.Registered, token).ConfigureAwait(false);
                    _cache.NoteKept(outcome.Registered);
                    return true;
                },
                now,
                cancellationToken).ConfigureAwait(false);
        }

        var omission = new DeadLetterReason(DeadLetterKind.UserUnknown, answer.Code, "EngageLab gave no EUID for the user's id.");
        await BuryEventsAsync(outcome.Missing, omission, isOmission: true, now, cancellationToken).ConfigureAwait(false);
        await BuryEventsAsync(outcome.Refused, ReasonOf(DeadLetterKind.UserUnknown, answer), isOmission: false, now, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask BuryEventsAsync(List<WaitingUser> users, DeadLetterReason reason, bool isOmission, TimeSpan now, CancellationToken cancellationToken)
    {
        if (users.Count == 0)
        {
            return;
        }

        _health.NoteUnknownUsers(users.Count, reason, isOmission);
        foreach (WaitingUser user in users)
        {
            await BuryEventsAsync(user, reason, now, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The user has no EUID: the events that wait for one become dead letters. A replay asks for it again.</summary>
    private async ValueTask BuryEventsAsync(WaitingUser user, DeadLetterReason reason, TimeSpan now, CancellationToken cancellationToken)
    {
        if (user.FirstPosition == WaitingUser.NoPosition)
        {
            return;
        }

        List<OutboxEvent> read = [];
        long after = user.FirstPosition - 1;
        bool hasMore;
        do
        {
            read.Clear();
            hasMore = await _claim!.ReadAsync(user.Partition, after, SampleReach, int.MaxValue, read, cancellationToken).ConfigureAwait(false);
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
    private void LetGo(List<WaitingUser> known)
    {
        foreach (WaitingUser user in known)
        {
            if (user.FirstPosition != WaitingUser.NoPosition)
            {
                LaneOf(user.Partition).RewindBefore(user.Partition, user.FirstPosition);
            }
        }
    }
}
