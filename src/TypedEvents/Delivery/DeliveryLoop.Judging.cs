namespace TypedEvents;

/// <content>What becomes of the events of a request that has ended.</content>
internal sealed partial class DeliveryLoop
{
    private const int FailuresToLog = 3;

    private static readonly TimeSpan ShortestRetryAfter = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(15);

    private bool _isTroubleLogged;

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
        NoteAnswer(answer, meaning, _rules.Gate.Reason, before, _rules.FailuresInARow, now);
        if (meaning == AnswerMeaning.Accepted)
        {
            _registrar.Gate.TryEarly(attempt.Attempt.MadeAt, now);
        }

        if (before is not null && _rules.Gate.IsOpen)
        {
            EndWaits(now);
        }

        if (verdict.Fate == ItemFate.Kept)
        {
            RemoveSetAside(attempt);
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

    /// <summary>
    /// Keeps and logs what is wrong. A failure now and then is nobody's concern, and what is refused is logged when it is a dead letter.
    /// </summary>
    private void NoteAnswer(EngageAnswer answer, AnswerMeaning meaning, GateReason? after, GateReason? before, int failuresInARow, TimeSpan now)
    {
        if (answer.RetryAfter is { } asked)
        {
            TimeSpan until = now + TimeSpan.FromTicks(Math.Clamp(asked.Ticks, ShortestRetryAfter.Ticks, LongestRetryAfter.Ticks));
            _pausedUntil = until > _pausedUntil ? until : _pausedUntil;
        }

        if (meaning is AnswerMeaning.Accepted)
        {
            NoteRecovery();
        }
        else if (meaning is not (AnswerMeaning.Nothing or AnswerMeaning.RefusedCompression))
        {
            string problem = _problem = answer.Describe(_address);
            if (after is { } reason && reason != before)
            {
                Log.GateClosed(_logger, Describe(reason), problem, answer.Exception);
                _isTroubleLogged = true;
            }
            else if (failuresInARow == FailuresToLog && !_isTroubleLogged)
            {
                Log.DeliveryFailed(_logger, problem, answer.Exception);
                _isTroubleLogged = true;
            }
        }
    }

    private void NoteRecovery()
    {
        _problem = null;
        if (_isTroubleLogged)
        {
            Log.DeliveryRecovered(_logger);
            _isTroubleLogged = false;
        }
    }

    private static DeadLetterReason ReasonOf(DeadLetterKind kind, EngageAnswer answer) => new(
        kind,
        answer.Code,
        !string.IsNullOrEmpty(answer.Message) ? answer.Message
        : answer.NoAnswer != NoAnswerReason.None ? $"No whole answer ({answer.NoAnswer})."
        : $"HTTP status {(int?)answer.Status}.");

    private static string Describe(GateReason reason) => reason switch
    {
        GateReason.Configuration => "the configuration is wrong",
        GateReason.Refusals => "everything is refused",
        _ => "requests fail one after the other",
    };

    /// <summary>What stepped aside isn't among the next events any more.</summary>
    private static void RemoveSetAside(EventAttempt attempt)
    {
        if (attempt.Events.Length == 1 && attempt.Lanes[0].State.Suspects.ContainsKey(attempt.Events[0].Position))
        {
            attempt.Lanes[0].Queue.Remove(attempt.Events[0].Position);
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
            DeadLetterReason reason = ReasonOf(verdict.Fate == ItemFate.DeadRefused ? DeadLetterKind.Refused : DeadLetterKind.Failed, answer);
            Log.EventSetAside(_logger, events[0].EventName, events[0].Position, reason.Kind.ToString(), answer.Describe(_address));
            await ApplyAsync(events, (claim, token) => claim.SettleRefusedAsync(events, reason, token), now, cancellationToken).ConfigureAwait(false);
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
