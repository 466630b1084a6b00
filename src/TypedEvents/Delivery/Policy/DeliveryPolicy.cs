namespace TypedEvents;

/// <summary>
/// What a response changes: the state machine of the delivery (docs/concepts/error-handling.md), without any I/O. It alone changes the
/// state of its lanes.
/// </summary>
/// <remarks>
/// Nothing becomes a dead letter without evidence that the server works: another request was accepted since the item was quarantined. One
/// bad item doesn't stop the others. An outage dead-letters nothing.
/// </remarks>
internal sealed class DeliveryPolicy
{
    private const int MinLimitAfterTimeout = 10;
    private const int FailuresToBisect = 3;
    private const int FailuresToOpen = 5;
    private const int RejectionsToOpen = 30;
    private const int AcceptancesToConfirm = 10;
    private const int ConfirmedFailuresToDeadLetter = 3;
    private const int DeadLettersToHold = 5;

    private readonly int _maxLimit;
    private readonly Backoff _backoff;
    private readonly LaneState[] _lanes;
    private readonly Dictionary<string, int> _consecutiveDeadLetters = new(StringComparer.Ordinal);
    private TimeSpan _failedAt;

    /// <param name="lanes">How many lanes there are.</param>
    /// <param name="maxLimit">How many items a request has at most.</param>
    /// <param name="backoff">The waits after failures.</param>
    public DeliveryPolicy(int lanes, int maxLimit, Backoff backoff)
    {
        _maxLimit = maxLimit;
        _backoff = backoff;
        _lanes = new LaneState[lanes];
        for (int i = 0; i < lanes; i++)
        {
            _lanes[i] = new LaneState(i);
        }

        Limit = maxLimit;
        CircuitBreaker = new CircuitBreaker(backoff);
    }

    public IReadOnlyList<LaneState> Lanes => _lanes;

    /// <summary>How many items a request has at most, for now.</summary>
    public int Limit { get; private set; }

    /// <summary>How many requests were accepted, ever.</summary>
    public long Accepted { get; private set; }

    /// <summary>Consecutive acceptances, not counting quarantined events that failed.</summary>
    public int ConsecutiveAcceptances { get; private set; }

    public int ConsecutiveFailures { get; private set; }

    public int ConsecutiveRejections { get; private set; }

    public CircuitBreaker CircuitBreaker { get; }

    /// <summary>How many events are quarantined, over all lanes.</summary>
    public int QuarantinedCount
    {
        get
        {
            int count = 0;
            foreach (LaneState lane in _lanes)
            {
                count += lane.Quarantined.Count;
            }

            return count;
        }
    }

    /// <summary>Notes that an attempt is made now.</summary>
    /// <returns>The attempt as <see cref="Decide"/> wants it.</returns>
    public Attempt Begin(Attempt planned, TimeSpan now)
    {
        if (FindQuarantined(planned) is { } quarantined)
        {
            quarantined.LastTried = now;
        }

        return new Attempt(planned.Kind, planned.Parts, planned.Items) { Period = CircuitBreaker.Period, MadeAt = now };
    }

    /// <summary>Decides what a response to an attempt changes.</summary>
    public Disposition Decide(Attempt attempt, ResponseMeaning meaning, bool isTimeout, TimeSpan now)
    {
        Disposition disposition = meaning switch
        {
            ResponseMeaning.Accepted => Accept(attempt, now),
            ResponseMeaning.Rejected or ResponseMeaning.RejectedSize => Reject(attempt, meaning == ResponseMeaning.RejectedSize, now),
            ResponseMeaning.Failed => Fail(attempt, CircuitOpenReason.Failures, isTimeout, now),
            ResponseMeaning.FailedConfiguration => Fail(attempt, CircuitOpenReason.Configuration, isTimeout, now),
            ResponseMeaning.Configuration => OpenForConfiguration(attempt, now),
            ResponseMeaning.RejectedCompression => CloseUnlessRejecting(now),
            _ => default,
        };
        return disposition.Kind == DispositionKind.Retry && FindQuarantined(attempt) is not null
            ? new Disposition(DispositionKind.Quarantine)
            : disposition;
    }

    /// <summary>What caused failures may be fixed: nothing waits any more because of them.</summary>
    public void TryNow(TimeSpan now)
    {
        CircuitBreaker.TryNow(now);
        EndWaits(now);
        foreach (LaneState lane in _lanes)
        {
            foreach (QuarantinedEvent quarantined in lane.Quarantined.Values)
            {
                quarantined.TryNow(now);
            }
        }
    }

    /// <summary>
    /// The other endpoint accepted a request, so the server may be well again: one attempt is made before it is due, once in each wait.
    /// Where something was accepted here since the last failure, that says more.
    /// </summary>
    /// <param name="madeAt">When the accepted request was made: one that is older than the failure says nothing.</param>
    /// <param name="now">The time.</param>
    public void TryEarly(TimeSpan madeAt, TimeSpan now)
    {
        if (!CircuitBreaker.IsClosed)
        {
            CircuitBreaker.TryEarly(madeAt, now);
        }
        else if (ConsecutiveFailures > 0 && madeAt >= _failedAt)
        {
            EndWaits(now);
        }
    }

    /// <summary>Whether an item up to an id is quarantined because it failed: the server may be at fault, or the way there.</summary>
    public bool HasQuarantinedFailure(long last)
    {
        foreach (LaneState lane in _lanes)
        {
            foreach (QuarantinedEvent quarantined in lane.Quarantined.Values)
            {
                if (quarantined.Kind == QuarantineReason.Failed && quarantined.Item.Id <= last)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>A quarantined event can't be tried now, whatever is accepted meanwhile.</summary>
    public void Postpone(LaneState lane, long id, TimeSpan now) => _lanes[lane.Index].Quarantined[id].Postpone(now);

    /// <summary>An item is no longer pending, or is judged otherwise.</summary>
    public void Forget(LaneState lane, long id) => _lanes[lane.Index].Clear(id);

    /// <summary>A name is held now: its events are tried as such, and aren't quarantined any more.</summary>
    public void ForgetName(string name)
    {
        foreach (LaneState lane in _lanes)
        {
            lane.ForgetQuarantined(name);
        }
    }

    /// <summary>No item is pending any more that is known here.</summary>
    public void ForgetAll()
    {
        foreach (LaneState lane in _lanes)
        {
            lane.ClearAll();
        }
    }

    /// <summary>When something can be tried again that waits for nothing but the time.</summary>
    public TimeSpan? NextDue(TimeSpan now)
    {
        var next = new EarliestTime(now);
        next.Add(CircuitBreaker.IsClosed ? null : CircuitBreaker.NextTry);
        foreach (LaneState lane in _lanes)
        {
            next.Add(lane.WaitUntil);
            foreach (QuarantinedEvent quarantined in lane.Quarantined.Values)
            {
                next.Add(quarantined.DueAt(Accepted));
            }
        }

        return next.Value;
    }

    /// <summary>The server took a request and gave nothing: that is no failure, and no evidence that it works either.</summary>
    public void NoteEmpty(Attempt attempt, TimeSpan now)
    {
        ConsecutiveFailures = 0;
        foreach ((LaneState lane, int count) in attempt.Parts)
        {
            lane.EndFailures();
            lane.EndWait(now);
            if (attempt.Kind == AttemptKind.Batch)
            {
                lane.NoteAccepted(count);
            }
        }

        if (CircuitBreaker.Reason == CircuitOpenReason.Rejections)
        {
            CircuitBreaker.Open(CircuitOpenReason.Rejections, attempt.Period, now);
        }
        else
        {
            Close(now);
        }
    }

    private Disposition Accept(Attempt attempt, TimeSpan now)
    {
        Accepted++;
        ConsecutiveAcceptances++;
        ConsecutiveFailures = 0;
        ConsecutiveRejections = 0;
        Close(now);
        if (Accepted % 10 == 0)
        {
            Limit = Math.Min(_maxLimit, Limit + Math.Max(1, Limit / 10));
        }

        foreach ((LaneState lane, int count) in attempt.Parts)
        {
            lane.EndFailures();
            lane.ShareBatches();
            lane.EndWait(now);
            if (attempt.Kind == AttemptKind.Batch)
            {
                lane.NoteAccepted(count);
            }
        }

        Clear(attempt);
        return new Disposition(DispositionKind.Delivered);
    }

    /// <summary>Nothing is held against its items any more, of whichever lane they are.</summary>
    private void Clear(Attempt attempt)
    {
        foreach (TriedItem item in _consecutiveDeadLetters.Count > 0 ? attempt.Items : [])
        {
            _consecutiveDeadLetters.Remove(item.Name);
        }

        foreach (AttemptPart part in attempt.Parts)
        {
            foreach (TriedItem item in part.Lane.IsBlank ? [] : attempt.Items)
            {
                part.Lane.Clear(item.Id);
            }
        }
    }

    private Disposition Reject(Attempt attempt, bool isForSize, TimeSpan now)
    {
        ConsecutiveFailures = 0;
        ConsecutiveRejections += attempt.Kind == AttemptKind.RetryQuarantined ? 0 : 1;
        foreach (AttemptPart part in attempt.Parts)
        {
            part.Lane.EndFailures();
        }

        CloseUnlessRejecting(now);
        Disposition disposition = attempt.Count > 1 ? Narrow(attempt, isForSize) : RejectAlone(attempt, now);
        if (ConsecutiveRejections >= RejectionsToOpen)
        {
            CircuitBreaker.Open(CircuitOpenReason.Rejections, attempt.Period, now);
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
            attempt.Lane.Bisect(attempt.Count);
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
                lane.Clear(item.Id);
                return DeadLetter(item, DispositionKind.DeadLetterRejected);
            }

            quarantined.NoteRejected(Accepted, now);
        }
        else if (attempt.Kind == AttemptKind.ProbeHeldName)
        {
            lane.AddQuarantined(new QuarantinedEvent(item, QuarantineReason.Rejected, Accepted, now));
        }
        else if (attempt.Kind != AttemptKind.ProbeRandom)
        {
            lane.Quarantine(new QuarantinedEvent(item, QuarantineReason.Rejected, Accepted, now));
        }

        return default;
    }

    private Disposition Fail(Attempt attempt, CircuitOpenReason reason, bool isTimeout, TimeSpan now)
    {
        if (FindQuarantined(attempt) is { Kind: QuarantineReason.Failed } quarantined)
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

        if (ConsecutiveFailures >= FailuresToOpen || !CircuitBreaker.IsClosed)
        {
            CircuitBreaker.Open(reason, attempt.Period, now);
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
            lane.Bisect(attempt.Count);
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
            if (!lane.FirstFailures.TryGetValue(item.Id, out FirstFailure? first))
            {
                lane.NoteFirstFailure(item.Id, Accepted);
            }
            else if (lane.ConsecutiveFailures >= FailuresToBisect && Accepted > first.Accepted)
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
        if (!CircuitBreaker.IsClosed)
        {
            CircuitBreaker.Open(reason, attempt.Period, now);
        }

        if (isEvidence && ++quarantined.ConfirmedFailures == ConfirmedFailuresToDeadLetter)
        {
            attempt.Lane.Clear(quarantined.Item.Id);
            return DeadLetter(quarantined.Item, DispositionKind.DeadLetterUndeliverable);
        }

        return default;
    }

    private Disposition OpenForConfiguration(Attempt attempt, TimeSpan now)
    {
        ConsecutiveAcceptances = 0;
        NoteFailure(attempt, now);
        CircuitBreaker.Open(CircuitOpenReason.Configuration, attempt.Period, now);
        return default;
    }

    private void NoteFailure(Attempt attempt, TimeSpan now)
    {
        ConsecutiveFailures++;
        _failedAt = now;
        foreach (AttemptPart part in attempt.Parts)
        {
            part.Lane.NoteFailure(now + _backoff.After(part.Lane.ConsecutiveFailures + 1));
        }

        if (attempt.IsCombined)
        {
            SendAloneUntilAccepted(attempt);
        }
    }

    /// <summary>Any response but a failure shows that the server works. A circuit that is open for rejections needs an acceptance.</summary>
    private Disposition CloseUnlessRejecting(TimeSpan now)
    {
        if (CircuitBreaker.Reason != CircuitOpenReason.Rejections)
        {
            Close(now);
        }

        return default;
    }

    /// <summary>The server works: if the circuit was open, lanes that failed until now have nothing to wait for.</summary>
    private void Close(TimeSpan now)
    {
        if (!CircuitBreaker.IsClosed)
        {
            CircuitBreaker.Close();
            EndWaits(now);
        }
    }

    private void EndWaits(TimeSpan now)
    {
        foreach (LaneState lane in _lanes)
        {
            lane.EndWait(now);
        }
    }

    private static QuarantinedEvent? FindQuarantined(Attempt attempt) =>
        attempt.Count == 1 && attempt.Lane.Quarantined.TryGetValue(attempt.Items[0].Id, out QuarantinedEvent? quarantined) ? quarantined : null;

    private Disposition DeadLetter(TriedItem item, DispositionKind kind)
    {
        int deadLetters = _consecutiveDeadLetters.GetValueOrDefault(item.Name) + 1;
        if (deadLetters < DeadLettersToHold)
        {
            _consecutiveDeadLetters[item.Name] = deadLetters;
            return new Disposition(kind);
        }

        _consecutiveDeadLetters.Remove(item.Name);
        return new Disposition(kind, NameToHold: item.Name);
    }

    private static void SendAloneUntilAccepted(Attempt attempt)
    {
        foreach (AttemptPart part in attempt.Parts)
        {
            part.Lane.SendAloneUntilAccepted();
        }
    }
}
