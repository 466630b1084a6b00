namespace TypedEvents;

/// <content>What becomes of the events of a request that has ended.</content>
internal sealed partial class DeliveryLoop
{
    /// <summary>What was said of the event that was quarantined last.</summary>
    private string? _lastQuarantined;

    private async ValueTask ProcessResponsesAsync(TimeSpan now, CancellationToken cancellationToken)
    {
        while (_ended.TryDequeue(out (ReportRequest Request, EngageResponse? Response) ended))
        {
            _inFlight--;
            foreach (EventLane lane in ended.Request.Lanes)
            {
                lane.InFlight = null;
                lane.HasRetriedQuarantined = ended.Request.Attempt.Kind == AttemptKind.RetryQuarantined;
            }

            if (ended.Response is { } response)
            {
                await ProcessResponseAsync(ended.Request, response, now, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask ProcessResponseAsync(ReportRequest attempt, EngageResponse response, TimeSpan now, CancellationToken cancellationToken)
    {
        ResponseMeaning meaning = _classifier.Read(response);
        CircuitOpenReason? before = _policy.CircuitBreaker.Reason;
        Disposition disposition = _policy.Decide(attempt.Attempt, meaning, response.TransportError == TransportError.TimedOut, now);
        NoteRetryAfter(response, now);
        NoteHealth(_health.Reports, _policy, response, meaning, now);
        if (meaning == ResponseMeaning.Accepted)
        {
            _health.Reports.NoteRecovery();
            _registrations.CircuitBreaker.TryEarly(attempt.Attempt.MadeAt, now);
        }

        if (before is not null && _policy.CircuitBreaker.IsClosed)
        {
            EndWaits(now);
        }

        if (disposition.Kind == DispositionKind.Retry)
        {
            RemoveQuarantined(attempt, response);
        }
        else if (_lease.Claim is { } claim)
        {
            await SettleAsync(claim, attempt, disposition, response, now, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The server works again: lanes that failed while it didn't have nothing to wait for.</summary>
    private void EndWaits(TimeSpan now)
    {
        foreach (EventLane lane in _reader.Lanes)
        {
            lane.State.EndWait(now);
        }
    }

    private void NoteRetryAfter(EngageResponse response, TimeSpan now)
    {
        if (response.RetryAfter is { } asked)
        {
            TimeSpan until = now + TimeSpan.FromTicks(Math.Clamp(asked.Ticks, RetrySchedules.ShortestRetryAfter.Ticks, RetrySchedules.LongestRetryAfter.Ticks));
            _pausedUntil = until > _pausedUntil ? until : _pausedUntil;
        }
    }

    /// <summary>Notes whether an endpoint works. A failure now and then is logged nowhere, and what is rejected is logged when it is a dead letter.</summary>
    private void NoteHealth(EndpointHealth health, DeliveryPolicy rules, EngageResponse response, ResponseMeaning meaning, TimeSpan now)
    {
        if (meaning is not (ResponseMeaning.Accepted or ResponseMeaning.Nothing or ResponseMeaning.RejectedCompression))
        {
            health.NoteProblem(response, rules.CircuitBreaker.Reason, rules.ConsecutiveFailures, _clock.GetUtcNow(), now);
        }
    }

    private static DeadLetterReason ReasonOf(DeadLetterKind kind, EngageResponse response) => new(
        kind,
        response.Code,
        !string.IsNullOrEmpty(response.Message) ? response.Message
        : response.TransportError != TransportError.None ? $"No complete response ({response.TransportError})."
        : $"HTTP status {(int?)response.Status}.");

    /// <summary>A quarantined event isn't among the next events any more.</summary>
    private void RemoveQuarantined(ReportRequest attempt, EngageResponse response)
    {
        if (attempt.Events.Length == 1 && attempt.Lanes[0].State.Quarantined.ContainsKey(attempt.Events[0].Position))
        {
            attempt.Lanes[0].Queue.Remove(attempt.Events[0].Position);
            _lastQuarantined = response.Describe(_health.Reports.Address);
        }
    }

    private async ValueTask SettleAsync(IOutboxClaim claim, ReportRequest attempt, Disposition disposition, EngageResponse response, TimeSpan now, CancellationToken cancellationToken)
    {
        OutboxEvent[] events = attempt.Events;
        foreach (EventLane lane in attempt.Lanes)
        {
            lane.Queue.Remove(events);
            lane.ForgetBypassed();
        }

        if (disposition.Kind == DispositionKind.Delivered)
        {
            await _settlements.ApplyAsync(claim, events, (claim, token) => claim.SettleDeliveredAsync(events, token), now, cancellationToken).ConfigureAwait(false);
            await ReleaseAcceptedNamesAsync(claim, events, now, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            DeadLetterReason reason = ReasonOf(disposition.Kind == DispositionKind.DeadLetterRejected ? DeadLetterKind.Rejected : DeadLetterKind.Undeliverable, response);
            Log.EventDeadLettered(_logger, events[0].EventName, events[0].Position, reason.Kind.ToString(), response.Describe(_health.Reports.Address));
            await _settlements.ApplyAsync(claim, events, (claim, token) => claim.SettleDeadLetterAsync(events, reason, token), now, cancellationToken).ConfigureAwait(false);
            if (disposition.HeldName is { } name)
            {
                await HoldAsync(claim, name, now, cancellationToken).ConfigureAwait(false);
            }
        }

        _onSettled();
    }

    private async ValueTask HoldAsync(IOutboxClaim claim, string eventName, TimeSpan now, CancellationToken cancellationToken)
    {
        if (_held.Contains(eventName))
        {
            return;
        }

        Log.NameHeld(_logger, eventName);
        _held.Add(eventName, now);
        foreach (EventLane lane in _reader.Lanes)
        {
            // One that is in flight is judged as it would have been, and removed or kept then.
            lane.Queue.Remove(eventName);
            lane.State.ForgetQuarantined(eventName);
        }

        await _settlements.ApplyAsync(claim, [], (claim, token) => claim.HoldAsync(eventName, token), now, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask ReleaseAcceptedNamesAsync(IOutboxClaim claim, OutboxEvent[] events, TimeSpan now, CancellationToken cancellationToken)
    {
        if (_held.Names.Count == 0)
        {
            return;
        }

        foreach (OutboxEvent accepted in events)
        {
            string eventName = accepted.EventName;
            if (!_held.Remove(eventName))
            {
                continue;
            }

            Log.NameReleased(_logger, eventName);
            await _settlements.ApplyAsync(
                claim,
                [],
                async (claim, token) =>
                {
                    // Read again when the outbox gives them, which may be later than now.
                    bool isReleased = await claim.ReleaseAsync(eventName, token).ConfigureAwait(false);
                    _reader.RewindAll();
                    return isReleased;
                },
                now,
                cancellationToken).ConfigureAwait(false);
        }
    }
}
