namespace TypedEvents;

/// <summary>What a response changes, from its meaning to the outbox: classifier, policy, disposition, settler.</summary>
internal sealed class ResponseHandler(
    ResponseClassifier classifier,
    DeliveryPolicy policy,
    RequestDispatcher dispatcher,
    UserResolver users,
    EventReader reader,
    HeldNameSchedule held,
    Settler settler,
    DeliveryHealth health,
    TimeProvider clock)
{
    /// <summary>Handles the response to a report. Without a claim nothing is settled: whoever has it sends the events again.</summary>
    public ValueTask HandleAsync(ReportRequest request, EngageResponse response, IOutboxClaim? claim, TimeSpan now, CancellationToken cancellationToken)
    {
        ResponseMeaning meaning = classifier.Read(response);
        Disposition disposition = policy.Decide(request.Attempt, meaning, response.TransportError == TransportError.TimedOut, now);
        dispatcher.PauseReports(response, now);
        NoteHealth(health.Reports, policy, response, meaning, now);
        if (meaning == ResponseMeaning.Accepted)
        {
            health.Reports.NoteRecovery();
            users.Policy.TryEarly(request.Attempt.MadeAt, now);
        }

        if (disposition.Kind == DispositionKind.Quarantine)
        {
            reader.NoteQuarantined(request);
            health.NoteQuarantined(response);
        }
        else if (disposition.Kind != DispositionKind.Retry && claim is not null)
        {
            reader.NoteSettled(request);
            return disposition.IsDeadLetter
                ? SettleDeadLetterAsync(request.Events, disposition, response, claim, now, cancellationToken)
                : settler.SettleDeliveredAsync(claim, request.Events, now, cancellationToken);
        }

        return default;
    }

    /// <summary>Handles the response to a registration.</summary>
    public ValueTask HandleAsync(RegistrationRequest request, EngageResponse? response, IOutboxClaim? claim, TimeSpan now, CancellationToken cancellationToken)
    {
        ResponseMeaning meaning = response is null ? ResponseMeaning.Nothing : classifier.Read(response);
        if (users.NoteResponse(request, response, meaning, now) is not { } outcome)
        {
            return default;
        }

        dispatcher.PauseRegistrations(response!, now);
        NoteHealth(health.Registrations, users.Policy, response!, meaning, now);
        if (outcome.Given > 0)
        {
            health.Registrations.NoteRecovery();
            policy.TryEarly(request.Attempt.MadeAt, now);
        }
        else if (meaning == ResponseMeaning.Accepted && users.EmptyResponses > 0)
        {
            health.Registrations.NoteEmpty(request.Users.Length, users.EmptyResponses, clock.GetUtcNow(), now);
        }

        // Events that don't become dead letters now, for whatever reason, are read again and their users registered again.
        reader.RewindFor(outcome.Known);
        reader.RewindFor(outcome.Missing);
        reader.RewindFor(outcome.Rejected);
        return claim is null ? default : SettleAsync(outcome, response!, claim, now, cancellationToken);
    }

    private async ValueTask SettleDeadLetterAsync(OutboxEvent[] events, Disposition disposition, EngageResponse response, IOutboxClaim claim, TimeSpan now, CancellationToken cancellationToken)
    {
        DeadLetterKind kind = disposition.Kind == DispositionKind.DeadLetterRejected ? DeadLetterKind.Rejected : DeadLetterKind.Undeliverable;
        string problem = response.Describe(health.Reports.Address);
        await settler.SettleDeadLetterAsync(claim, events, Settler.ReasonOf(kind, response), problem, now, cancellationToken).ConfigureAwait(false);
        if (disposition.NameToHold is { } name && held.Add(name, now))
        {
            reader.NoteHeld(name);
            policy.ForgetName(name);
            await settler.HoldAsync(claim, name, now, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask SettleAsync(RegistrationOutcome outcome, EngageResponse response, IOutboxClaim claim, TimeSpan now, CancellationToken cancellationToken)
    {
        if (outcome.Registered.Count > 0)
        {
            List<RegisteredUser> registered = outcome.Registered;
            await settler.SaveUsersAsync(claim, token => users.SaveAsync(registered, token), () => users.NoteSaved(registered), now, cancellationToken).ConfigureAwait(false);
        }

        var omission = new DeadLetterReason(DeadLetterKind.UserUnknown, response.Code, "EngageLab gave no EUID for the user's id.");
        await SettleAsync(outcome.Missing, omission, isOmission: true, claim, now, cancellationToken).ConfigureAwait(false);
        await SettleAsync(outcome.Rejected, Settler.ReasonOf(DeadLetterKind.UserUnknown, response), isOmission: false, claim, now, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The users have no EUID: their pending events become dead letters. A replay has the users registered again.</summary>
    private async ValueTask SettleAsync(List<UnregisteredUser> unknown, DeadLetterReason reason, bool isOmission, IOutboxClaim claim, TimeSpan now, CancellationToken cancellationToken)
    {
        if (unknown.Count > 0)
        {
            health.NoteUnknownUsers(unknown.Count, reason, isOmission);
        }

        List<OutboxEvent> page = [];
        foreach (UnregisteredUser user in unknown)
        {
            // Page by page: what was read may be settled before the next page is asked for.
            bool hasMore = user.FirstPosition != UnregisteredUser.NoPosition;
            for (long after = user.FirstPosition - 1; hasMore; after = page.Count > 0 ? page[^1].Position : after)
            {
                page.Clear();
                hasMore = await reader.ReadPageAsync(claim, user.Partition, after, page, cancellationToken).ConfigureAwait(false);
                OutboxEvent[] its = page.FindAll(pending => pending.User == user.User).ToArray();
                if (its.Length > 0)
                {
                    await settler.SettleDeadLettersAsync(claim, its, reason, now, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>Notes whether an endpoint works. A failure now and then is logged nowhere, and what is rejected is logged when it is a dead letter.</summary>
    private void NoteHealth(EndpointHealth endpoint, DeliveryPolicy rules, EngageResponse response, ResponseMeaning meaning, TimeSpan now)
    {
        if (meaning is not (ResponseMeaning.Accepted or ResponseMeaning.Nothing or ResponseMeaning.RejectedCompression))
        {
            endpoint.NoteProblem(response, rules.CircuitBreaker.Reason, rules.ConsecutiveFailures, clock.GetUtcNow(), now);
        }
    }
}
