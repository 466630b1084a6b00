namespace TypedEvents;

/// <content>What becomes of the events of a request that has ended.</content>
internal sealed partial class DeliveryLoop
{
    private static readonly TimeSpan ShortestRetryAfter = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(15);

    /// <summary>What was said of the event that was quarantined last.</summary>
    private string? _lastQuarantined;

    private async ValueTask JudgeEndedAsync(TimeSpan now, CancellationToken cancellationToken)
    {
        while (_ended.TryDequeue(out (EventAttempt Attempt, EngageAnswer? Answer) ended))
        {
            _inFlight--;
            foreach (EventLane lane in ended.Attempt.Lanes)
            {
                lane.InFlight = null;
                lane.HasTriedSuspect = ended.Attempt.Attempt.Kind == AttemptKind.Suspect;
            }

            if (ended.Answer is { } answer)
            {
                await JudgeAsync(ended.Attempt, answer, now, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask JudgeAsync(EventAttempt attempt, EngageAnswer answer, TimeSpan now, CancellationToken cancellationToken)
    {
        AnswerMeaning meaning = _answers.Read(answer);
        GateReason? before = _rules.Gate.Reason;
        Verdict verdict = _rules.Judge(attempt.Attempt, meaning, answer.NoAnswer == NoAnswerReason.TimedOut, now);
        NoteRetryAfter(answer, now);
        NoteHealth(_health.Reports, _rules, answer, meaning, now);
        if (meaning == AnswerMeaning.Accepted)
        {
            _health.Reports.NoteRecovery();
            _registrar.Gate.TryEarly(attempt.Attempt.MadeAt, now);
        }

        if (before is not null && _rules.Gate.IsOpen)
        {
            EndWaits(now);
        }

        if (verdict.Fate == ItemFate.Kept)
        {
            RemoveSetAside(attempt, answer);
        }
        else if (_claim is not null)
        {
            await SettleAsync(attempt, verdict, answer, now, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The server works again: lanes that failed while it didn't have nothing to wait for.</summary>
    private void EndWaits(TimeSpan now)
    {
        foreach (EventLane lane in _lanes)
        {
            lane.State.EndWait(now);
        }
    }

    private void NoteRetryAfter(EngageAnswer answer, TimeSpan now)
    {
        if (answer.RetryAfter is { } asked)
        {
            TimeSpan until = now + TimeSpan.FromTicks(Math.Clamp(asked.Ticks, ShortestRetryAfter.Ticks, LongestRetryAfter.Ticks));
            _pausedUntil = until > _pausedUntil ? until : _pausedUntil;
        }
    }

    /// <summary>Notes whether an endpoint works. A failure now and then is logged nowhere, and what is refused is logged when it is a dead letter.</summary>
    private void NoteHealth(EndpointHealth health, DeliveryRules rules, EngageAnswer answer, AnswerMeaning meaning, TimeSpan now)
    {
        if (meaning is not (AnswerMeaning.Accepted or AnswerMeaning.Nothing or AnswerMeaning.RefusedCompression))
        {
            health.NoteProblem(answer, rules.Gate.Reason, rules.FailuresInARow, _clock.GetUtcNow(), now);
        }
    }

    private static DeadLetterReason ReasonOf(DeadLetterKind kind, EngageAnswer answer) => new(
        kind,
        answer.Code,
        !string.IsNullOrEmpty(answer.Message) ? answer.Message
        : answer.NoAnswer != NoAnswerReason.None ? $"No whole answer ({answer.NoAnswer})."
        : $"HTTP status {(int?)answer.Status}.");

    /// <summary>What stepped aside isn't among the next events any more.</summary>
    private void RemoveSetAside(EventAttempt attempt, EngageAnswer answer)
    {
        if (attempt.Events.Length == 1 && attempt.Lanes[0].State.Suspects.ContainsKey(attempt.Events[0].Position))
        {
            attempt.Lanes[0].Queue.Remove(attempt.Events[0].Position);
            _lastQuarantined = answer.Describe(_health.Reports.Address);
        }
    }

    private async ValueTask SettleAsync(EventAttempt attempt, Verdict verdict, EngageAnswer answer, TimeSpan now, CancellationToken cancellationToken)
    {
        OutboxEvent[] events = attempt.Events;
        foreach (EventLane lane in attempt.Lanes)
        {
            lane.Queue.Remove(events);
            lane.ForgetOvertaken();
        }

        if (verdict.Fate == ItemFate.Delivered)
        {
            await ApplyAsync(events, (claim, token) => claim.SettleDeliveredAsync(events, token), now, cancellationToken).ConfigureAwait(false);
            await ReleaseAcceptedNamesAsync(events, now, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            DeadLetterReason reason = ReasonOf(verdict.Fate == ItemFate.DeadRefused ? DeadLetterKind.Rejected : DeadLetterKind.Undeliverable, answer);
            Log.EventSetAside(_logger, events[0].EventName, events[0].Position, reason.Kind.ToString(), answer.Describe(_health.Reports.Address));
            await ApplyAsync(events, (claim, token) => claim.SettleDeadLetterAsync(events, reason, token), now, cancellationToken).ConfigureAwait(false);
            if (verdict.HeldName is { } name)
            {
                await HoldAsync(name, now, cancellationToken).ConfigureAwait(false);
            }
        }

        _onSettled();
    }

    private async ValueTask HoldAsync(string eventName, TimeSpan now, CancellationToken cancellationToken)
    {
        if (_held.Contains(eventName))
        {
            return;
        }

        Log.NameHeld(_logger, eventName);
        _held.Add(eventName, now);
        foreach (EventLane lane in _lanes)
        {
            // One that is in flight is judged as it would have been, and removed or kept then.
            lane.Queue.Remove(eventName);
            lane.State.ForgetSuspects(eventName);
        }

        await ApplyAsync([], (claim, token) => claim.HoldAsync(eventName, token), now, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask ReleaseAcceptedNamesAsync(OutboxEvent[] events, TimeSpan now, CancellationToken cancellationToken)
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
            await ApplyAsync(
                [],
                async (claim, token) =>
                {
                    // Read again when the outbox gives them, which may be later than now.
                    bool isReleased = await claim.ReleaseAsync(eventName, token).ConfigureAwait(false);
                    RewindAll();
                    return isReleased;
                },
                now,
                cancellationToken).ConfigureAwait(false);
        }
    }

    private void RewindAll()
    {
        foreach (EventLane lane in _lanes)
        {
            lane.IsRewindDue = true;
        }
    }

    private ValueTask ApplyAsync(OutboxEvent[] events, OutboxChange change, TimeSpan now, CancellationToken cancellationToken) =>
        _settlements.ApplyAsync(_claim!, events, change, now, cancellationToken);
}
