namespace TypedEvents;

/// <summary>
/// What a response changes: the state machine of the delivery (docs/concepts/error-handling.md), without any I/O. Nothing becomes a
/// dead letter without evidence that the server works, and one bad item doesn't stop the others.
/// </summary>
internal sealed class DeliveryPolicy(int maxLimit, Backoff backoff, CircuitBreaker circuitBreaker)
{
    private const int MinLimitAfterTimeout = 10;
    private const int FailuresToBisect = 3;
    private const int FailuresToOpen = 5;
    private const int RejectionsToOpen = 30;
    private const int AcceptancesToConfirm = 10;
    private const int ConfirmedFailuresToDeadLetter = 3;
    private const int DeadLettersToHold = 5;

    private readonly int _maxLimit = maxLimit;
    private readonly Dictionary<string, int> _consecutiveDeadLetters = new(StringComparer.Ordinal);

    /// <summary>How many items a request has at most, for now.</summary>
    public int Limit { get; private set; } = maxLimit;

    /// <summary>How many requests were accepted, ever.</summary>
    public long Accepted { get; private set; }

    /// <summary>Consecutive acceptances, not counting quarantined events that failed.</summary>
    public int ConsecutiveAcceptances { get; private set; }

    public int ConsecutiveFailures { get; private set; }

    public int ConsecutiveRejections { get; private set; }

    public CircuitBreaker CircuitBreaker => circuitBreaker;

    public Disposition Decide(Attempt attempt, ResponseMeaning meaning, bool isTimeout, TimeSpan now) => meaning switch
    {
        ResponseMeaning.Accepted => Accept(attempt, now),
        ResponseMeaning.Rejected or ResponseMeaning.RejectedSize => Reject(attempt, meaning == ResponseMeaning.RejectedSize, now),
        ResponseMeaning.Failed => Fail(attempt, CircuitOpenReason.Failures, isTimeout, now),
        ResponseMeaning.FailedConfiguration => Fail(attempt, CircuitOpenReason.Configuration, isTimeout, now),
        ResponseMeaning.Configuration => OpenForConfiguration(attempt, now),
        ResponseMeaning.RejectedCompression => CloseUnlessRejecting(),
        _ => default,
    };

    /// <summary>The server took a request and gave nothing: that is no failure, and no evidence that it works either.</summary>
    public void NoteEmpty(Attempt attempt, TimeSpan now)
    {
        ConsecutiveFailures = 0;
        foreach ((LaneState lane, int count) in attempt.Parts)
        {
            lane.ConsecutiveFailures = 0;
            lane.EndWait(now);
            if (attempt.Kind == AttemptKind.Batch)
            {
                lane.NoteAccepted(count);
            }
        }

        if (circuitBreaker.Reason == CircuitOpenReason.Rejections)
        {
            circuitBreaker.Open(CircuitOpenReason.Rejections, attempt.Period, now);
        }
        else
        {
            circuitBreaker.Close();
        }
    }

    private Disposition Accept(Attempt attempt, TimeSpan now)
    {
        Accepted++;
        ConsecutiveAcceptances++;
        ConsecutiveFailures = 0;
        ConsecutiveRejections = 0;
        circuitBreaker.Close();
        if (Accepted % 10 == 0)
        {
            Limit = Math.Min(_maxLimit, Limit + Math.Max(1, Limit / 10));
        }

        foreach ((LaneState lane, int count) in attempt.Parts)
        {
            lane.ConsecutiveFailures = 0;
            lane.MustSendAlone = false;
            lane.EndWait(now);
            if (attempt.Kind == AttemptKind.Batch)
            {
                lane.NoteAccepted(count);
            }
        }

        if (_consecutiveDeadLetters.Count > 0 || attempt.Lane.Quarantined.Count > 0 || attempt.Lane.FirstFailures.Count > 0)
        {
            Clear(attempt);
        }

        return new Disposition(DispositionKind.Delivered);
    }

    /// <summary>Nothing is held against its items any more.</summary>
    private void Clear(Attempt attempt)
    {
        foreach (TriedItem item in attempt.Items)
        {
            _consecutiveDeadLetters.Remove(item.Name);
            attempt.Lane.Quarantined.Remove(item.Id);
            attempt.Lane.FirstFailures.Remove(item.Id);
        }
    }

    private Disposition Reject(Attempt attempt, bool isForSize, TimeSpan now)
    {
        ConsecutiveFailures = 0;
        ConsecutiveRejections += attempt.Kind == AttemptKind.RetryQuarantined ? 0 : 1;
        foreach (AttemptPart part in attempt.Parts)
        {
            part.Lane.ConsecutiveFailures = 0;
        }

        CloseUnlessRejecting();
        Disposition disposition = attempt.Count > 1 ? Narrow(attempt, isForSize) : RejectAlone(attempt, now);
        if (ConsecutiveRejections >= RejectionsToOpen)
        {
            circuitBreaker.Open(CircuitOpenReason.Rejections, attempt.Period, now);
        }

        return disposition;
    }

    private Disposition Narrow(Attempt attempt, bool isForSize)
    {
        if (isForSize)
        {
            Limit = Math.Min(Limit, attempt.Count / 2);
        }

        if (attempt.IsCombined)
        {
            SendAloneUntilAccepted(attempt);
        }
        else
        {
            attempt.Lane.BisectionRange = attempt.Count;
        }

        return default;
    }

    private Disposition RejectAlone(Attempt attempt, TimeSpan now)
    {
        LaneState lane = attempt.Lane;
        TriedItem item = attempt.Items[0];
        if (lane.Quarantined.TryGetValue(item.Id, out QuarantinedEvent? quarantined))
        {
            if (quarantined.Kind == QuarantineReason.Rejected && Accepted > quarantined.AcceptedWhenQuarantined)
            {
                lane.Quarantined.Remove(item.Id);
                return DeadLetter(item, DispositionKind.DeadLetterRejected);
            }

            quarantined.NoteRejected(Accepted, now);
        }
        else if (attempt.Kind == AttemptKind.ProbeHeldName)
        {
            lane.Quarantined[item.Id] = new QuarantinedEvent(item, QuarantineReason.Rejected, Accepted, now);
        }
        else if (attempt.Kind != AttemptKind.ProbeRandom)
        {
            lane.Quarantine(new QuarantinedEvent(item, QuarantineReason.Rejected, Accepted, now));
        }

        return default;
    }

    private Disposition Fail(Attempt attempt, CircuitOpenReason reason, bool isTimeout, TimeSpan now)
    {
        LaneState lane = attempt.Lane;
        if (attempt.Count == 1 && lane.Quarantined.TryGetValue(attempt.Items[0].Id, out QuarantinedEvent? quarantined) && quarantined.Kind == QuarantineReason.Failed)
        {
            return FailQuarantined(attempt, quarantined, reason, now);
        }

        ConsecutiveAcceptances = 0;
        NoteFailure(attempt, now);
        if (attempt.Count > 1)
        {
            NarrowFailed(attempt, isTimeout);
        }
        else
        {
            FailAlone(attempt, now);
        }

        if (ConsecutiveFailures >= FailuresToOpen || !circuitBreaker.IsClosed)
        {
            circuitBreaker.Open(reason, attempt.Period, now);
        }

        return default;
    }

    private void NarrowFailed(Attempt attempt, bool isTimeout)
    {
        if (isTimeout)
        {
            Limit = Math.Min(Limit, Math.Max(MinLimitAfterTimeout, attempt.Count / 2));
        }

        LaneState lane = attempt.Lane;
        if (!attempt.IsCombined && (lane.BisectionRange > 0 || lane.ConsecutiveFailures >= FailuresToBisect))
        {
            lane.BisectionRange = attempt.Count;
        }
    }

    private void FailAlone(Attempt attempt, TimeSpan now)
    {
        LaneState lane = attempt.Lane;
        TriedItem item = attempt.Items[0];
        if (lane.Quarantined.TryGetValue(item.Id, out QuarantinedEvent? quarantined))
        {
            // It was rejected before. Whether it is at fault for the failure, too, needs new evidence.
            quarantined.NoteFailed(Accepted, now);
        }
        else if (attempt.Kind is AttemptKind.Batch or AttemptKind.BypassHead)
        {
            if (!lane.FirstFailures.TryGetValue(item.Id, out long mark))
            {
                lane.FirstFailures.Add(item.Id, Accepted);
            }
            else if (lane.ConsecutiveFailures >= FailuresToBisect && Accepted > mark)
            {
                lane.Quarantine(new QuarantinedEvent(item, QuarantineReason.Failed, Accepted, now));
            }
        }
    }

    /// <summary>
    /// It isn't counted as a failure of the server's, or two of them would take each other's evidence away. In return the acceptances have
    /// to be since its own last failure: an outage in which nothing else is sent is no evidence.
    /// </summary>
    private Disposition FailQuarantined(Attempt attempt, QuarantinedEvent quarantined, CircuitOpenReason reason, TimeSpan now)
    {
        bool isEvidence = ConsecutiveAcceptances >= AcceptancesToConfirm && Accepted - quarantined.AcceptedWhenQuarantined >= AcceptancesToConfirm;
        quarantined.NoteFailed(Accepted, now);
        if (!circuitBreaker.IsClosed)
        {
            circuitBreaker.Open(reason, attempt.Period, now);
        }

        if (isEvidence && ++quarantined.ConfirmedFailures == ConfirmedFailuresToDeadLetter)
        {
            attempt.Lane.Quarantined.Remove(quarantined.Item.Id);
            return DeadLetter(quarantined.Item, DispositionKind.DeadLetterUndeliverable);
        }

        return default;
    }

    private Disposition OpenForConfiguration(Attempt attempt, TimeSpan now)
    {
        ConsecutiveAcceptances = 0;
        NoteFailure(attempt, now);
        circuitBreaker.Open(CircuitOpenReason.Configuration, attempt.Period, now);
        return default;
    }

    private void NoteFailure(Attempt attempt, TimeSpan now)
    {
        ConsecutiveFailures++;
        foreach (AttemptPart part in attempt.Parts)
        {
            part.Lane.ConsecutiveFailures++;
            part.Lane.WaitUntil = now + backoff.After(part.Lane.ConsecutiveFailures);
        }

        if (attempt.IsCombined)
        {
            SendAloneUntilAccepted(attempt);
        }
    }

    /// <summary>Any response but a failure shows that the server works. A circuit that is open for rejections needs an acceptance.</summary>
    private Disposition CloseUnlessRejecting()
    {
        if (circuitBreaker.Reason != CircuitOpenReason.Rejections)
        {
            circuitBreaker.Close();
        }

        return default;
    }

    private Disposition DeadLetter(TriedItem item, DispositionKind kind)
    {
        int deadLetters = _consecutiveDeadLetters.GetValueOrDefault(item.Name) + 1;
        if (deadLetters < DeadLettersToHold)
        {
            _consecutiveDeadLetters[item.Name] = deadLetters;
            return new Disposition(kind);
        }

        _consecutiveDeadLetters.Remove(item.Name);
        return new Disposition(kind, HeldName: item.Name);
    }

    private static void SendAloneUntilAccepted(Attempt attempt)
    {
        foreach (AttemptPart part in attempt.Parts)
        {
            part.Lane.MustSendAlone = true;
        }
    }
}
