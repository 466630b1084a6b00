using System.Diagnostics;

namespace TypedEvents;

/// <content>Users with an external id: their events go when EngageLab has given an EUID for it.</content>
internal sealed partial class DeliveryLoop
{
    /// <summary>What can't be completed, whatever its user's EUID is, becomes a dead letter: the events behind it go on.</summary>
    private async ValueTask SettleUnreadableAsync(IOutboxClaim claim, TimeSpan now, CancellationToken cancellationToken)
    {
        OutboxEvent[] events = _reader.TakeUnreadable();
        if (events.Length == 0)
        {
            return;
        }

        var reason = new DeadLetterReason(DeadLetterKind.Unreadable, null, "Its JSON has no free placeholder for the EUID of its user.");
        Log.EventDeadLettered(_logger, events[0].EventName, events[0].Position, reason.Kind.ToString(), reason.Message!);
        await _settlements.ApplyAsync(claim, events, (claim, token) => claim.SettleDeadLetterAsync(events, reason, token), now, cancellationToken).ConfigureAwait(false);
        _onSettled();
    }

    /// <summary>Asks the outbox for users that it knows from before, and EngageLab for the others.</summary>
    private async ValueTask RegisterAsync(IOutboxClaim claim, TimeSpan now, CancellationToken cancellationToken)
    {
        _users.Sweep(now);

        // A lookup has the lanes filled again, and perhaps others found whose events mustn't be sent after their own later ones.
        while (_users.HasLookups)
        {
            _reader.RewindFor(await _users.LookUpAsync(now, cancellationToken).ConfigureAwait(false));
            await _reader.FillAsync(claim, now, cancellationToken).ConfigureAwait(false);
        }

        if (now >= _pausedUntil && now >= _rateLimiter.NextAt && _registrations.Plan(isHurried: !_flushes.IsEmpty, now) is { } attempt)
        {
            _rateLimiter.Take(now);
            _requests.RemoveAll(request => request.IsCompleted);
            _requests.Add(SendAsync(attempt, cancellationToken));
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

            // Events that don't become dead letters now, for whatever reason, are read again and their users registered again.
            _reader.RewindFor(outcome.Known);
            _reader.RewindFor(outcome.Missing);
            _reader.RewindFor(outcome.Rejected);
            if (_lease.Claim is { } claim)
            {
                await SettleAsync(claim, outcome, response, now, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask SettleAsync(IOutboxClaim claim, RegistrationOutcome outcome, EngageResponse response, TimeSpan now, CancellationToken cancellationToken)
    {
        if (outcome.Registered.Count > 0)
        {
            await _settlements.ApplyAsync(
                claim,
                [],
                async (_, token) =>
                {
                    await _users.SaveAsync(outcome.Registered, token).ConfigureAwait(false);
                    return true;
                },
                now,
                cancellationToken).ConfigureAwait(false);
        }

        var omission = new DeadLetterReason(DeadLetterKind.UserUnknown, response.Code, "EngageLab gave no EUID for the user's id.");
        await DeadLetterEventsAsync(claim, outcome.Missing, omission, isOmission: true, now, cancellationToken).ConfigureAwait(false);
        await DeadLetterEventsAsync(claim, outcome.Rejected, ReasonOf(DeadLetterKind.UserUnknown, response), isOmission: false, now, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The users have no EUID: the events that wait for one become dead letters. A replay asks for it again.</summary>
    private async ValueTask DeadLetterEventsAsync(
        IOutboxClaim claim,
        List<UnregisteredUser> users,
        DeadLetterReason reason,
        bool isOmission,
        TimeSpan now,
        CancellationToken cancellationToken)
    {
        if (users.Count == 0)
        {
            return;
        }

        _health.NoteUnknownUsers(users.Count, reason, isOmission);
        foreach (UnregisteredUser user in users)
        {
            await foreach (OutboxEvent[] its in _reader.ReadOfUserAsync(claim, user, cancellationToken).ConfigureAwait(false))
            {
                await _settlements.ApplyAsync(claim, its, (claim, token) => claim.SettleDeadLetterAsync(its, reason, token), now, cancellationToken).ConfigureAwait(false);
            }

            _onSettled();
        }
    }
}
