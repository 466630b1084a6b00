namespace TypedEvents;

/// <summary>Plans what is sent next, from what is known: it reads nothing, sends nothing and waits for nothing.</summary>
/// <remarks>
/// Two orders are promises. After a lane retried a quarantined event, a batch of it is next, so that quarantined events never hold up
/// the others. While the circuit is open a probe is planned only when no report is in flight, so that one event at a time is risked.
/// </remarks>
internal sealed class SendPlanner
{
    private readonly DeliveryPolicy _policy;
    private readonly HeldNameSchedule _held;
    private readonly DeliverySettings _settings;
    private readonly ProbeRotation _probes = new();

    /// <summary>By lane, whether its last request retried a quarantined event.</summary>
    private readonly bool[] _hasRetriedQuarantined;

    private uint _turn;

    public SendPlanner(DeliveryPolicy policy, HeldNameSchedule held, DeliverySettings settings)
    {
        _policy = policy;
        _held = held;
        _settings = settings;
        _hasRetriedQuarantined = new bool[policy.Lanes.Count];
    }

    /// <summary>Plans the next request.</summary>
    /// <param name="lanes">The lanes, in the order of the policy's.</param>
    /// <param name="isHurried">Whether somebody waits for a flush: a batch needn't be full then.</param>
    /// <param name="now">The time of the step.</param>
    /// <returns>The plan, or <see langword="null"/> where nothing can be sent now.</returns>
    public SendPlan? Next(ReadOnlySpan<LaneView> lanes, bool isHurried, TimeSpan now)
    {
        bool isAnyBusy = IsAnyBusy(lanes);
        if (!_policy.CircuitBreaker.IsClosed)
        {
            return isAnyBusy || now < _policy.CircuitBreaker.NextTry ? null : NextProbe(lanes, now);
        }

        if (DueHeldName(lanes, now) is { } held)
        {
            return new SendPlan.ProbeHeldName(held);
        }

        if (!isAnyBusy && Combine(lanes, isHurried, now) is { } combined)
        {
            return combined;
        }

        uint first = _turn++;
        for (uint i = 0; i < lanes.Length; i++)
        {
            LaneView lane = lanes[(int)((first + i) % (uint)lanes.Length)];
            if (lane.IsFree(now) && NextOf(lane, isHurried, now) is { } plan)
            {
                return plan;
            }
        }

        return null;
    }

    /// <summary>Notes what came of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="attempt">The attempt that is made, if it is sent.</param>
    /// <param name="now">The time of the step.</param>
    public void Note(SendPlan plan, PlanOutcome outcome, Attempt? attempt, TimeSpan now)
    {
        foreach (AttemptPart part in attempt?.Parts ?? [])
        {
            _hasRetriedQuarantined[part.Lane.Index] = attempt!.Kind == AttemptKind.RetryQuarantined;
        }

        switch (plan)
        {
            case SendPlan.RetryQuarantined(LaneState lane, QuarantinedEvent quarantined) when outcome != PlanOutcome.Ready:
                Note(lane, quarantined, outcome, now);
                return;
            case SendPlan.ProbeHeldName(HeldName held):
                Note(held, outcome, now);
                break;
            case SendPlan.ProbeRandom when outcome != PlanOutcome.Gone:
                _probes.SwitchOrder();
                break;
        }

        if (!_policy.CircuitBreaker.IsClosed && plan is not (SendPlan.Batch or SendPlan.BypassHead))
        {
            NoteProbe(outcome);
        }
    }

    /// <summary>A quarantined event isn't sent: the next one is in its place, as if this one hadn't been planned.</summary>
    private void Note(LaneState lane, QuarantinedEvent quarantined, PlanOutcome outcome, TimeSpan now)
    {
        if (outcome == PlanOutcome.Gone)
        {
            _policy.Forget(lane, quarantined.Item.Id);
        }
        else
        {
            _policy.Postpone(lane, quarantined.Item.Id, now);
        }

        if (_policy.CircuitBreaker.IsClosed)
        {
            _turn--;
        }
    }

    private static void Note(HeldName held, PlanOutcome outcome, TimeSpan now)
    {
        switch (outcome)
        {
            case PlanOutcome.Ready:
                held.NoteSent(now);
                break;
            case PlanOutcome.Gone:
                held.Postpone(now);
                break;
            case PlanOutcome.NotYet:
                held.PostponeBriefly(now);
                break;
        }
    }

    private void NoteProbe(PlanOutcome outcome)
    {
        if (outcome == PlanOutcome.Ready)
        {
            _probes.EndRound();
        }
        else
        {
            _probes.Skip();
        }
    }

    private static bool IsAnyBusy(ReadOnlySpan<LaneView> lanes)
    {
        foreach (LaneView lane in lanes)
        {
            if (lane.IsBusy)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The name on hold of which an event is due, unless the one that was picked has to wait for its lane.</summary>
    private HeldName? DueHeldName(ReadOnlySpan<LaneView> lanes, TimeSpan now) =>
        _held.Due(now) is { } due && (due.Picked is null || lanes[due.PickedLane].IsFree(now)) ? due : null;

    /// <summary>While all that is pending fits one batch and nothing is known against it, it is sent as one request.</summary>
    private SendPlan.CombinedBatch? Combine(ReadOnlySpan<LaneView> lanes, bool isHurried, TimeSpan now)
    {
        int count = 0;
        long bytes = 0;
        int sharing = 0;
        int shared = 0;
        bool isDue = false;
        LaneView head = default;
        foreach (LaneView lane in lanes)
        {
            count += lane.Count;
            bytes += lane.Bytes;
            if (lane.MayHaveMore || count > _policy.Limit || bytes > _settings.MaxBatchBytes)
            {
                return null;
            }

            if (!CanShare(lane, now))
            {
                continue;
            }

            head = sharing == 0 ? lane : head;
            if (!lane.IsOfOneApplication || lane.AppKey != head.AppKey)
            {
                return null;
            }

            sharing++;
            shared += lane.Count;
            isDue |= IsBatchDue(lane, isHurried, now);
        }

        return sharing >= 2 && (isDue || shared == _policy.Limit) ? new SendPlan.CombinedBatch(LanesThatShare(lanes, sharing, now)) : null;
    }

    private LaneState[] LanesThatShare(ReadOnlySpan<LaneView> lanes, int sharing, TimeSpan now)
    {
        var states = new LaneState[sharing];
        int next = 0;
        foreach (LaneView lane in lanes)
        {
            if (CanShare(lane, now))
            {
                states[next++] = lane.State;
            }
        }

        return states;
    }

    private bool CanShare(LaneView lane, TimeSpan now) =>
        lane.Count > 0
        && lane.State.CanShareBatch(_policy.Limit)
        && !MustWaitForQuarantined(lane)
        && lane.State.DueQuarantined(_policy.Accepted, now) is null;

    private SendPlan? NextOf(LaneView lane, bool isHurried, TimeSpan now)
    {
        bool isBatchDue = IsBatchDue(lane, isHurried, now) && !MustWaitForQuarantined(lane);
        if (!(_hasRetriedQuarantined[lane.State.Index] && isBatchDue)
            && lane.State.DueQuarantined(_policy.Accepted, now) is { } quarantined)
        {
            return new SendPlan.RetryQuarantined(lane.State, quarantined);
        }

        return isBatchDue ? NextEvents(lane, lane.State.NextCount(_policy.Limit)) : null;
    }

    private bool IsBatchDue(LaneView lane, bool isHurried, TimeSpan now) =>
        lane.Count > 0
        && (lane.MayHaveMore
            || lane.Count >= lane.State.NextCount(_policy.Limit)
            || lane.Bytes >= _settings.MaxBatchBytes
            || lane.State.ConsecutiveFailures > 0
            || now - lane.Since >= _settings.FlushInterval
            || isHurried);

    /// <summary>Whether the quarantine is full, and the lane can't be narrowed down any further.</summary>
    private bool MustWaitForQuarantined(LaneView lane) =>
        lane.State.Quarantined.Count > 0 && _policy.QuarantinedCount >= _settings.MaxQuarantined;

    private static SendPlan NextEvents(LaneView lane, int count) =>
        count == 1 && lane.Count > 1 && lane.State.IsBypassDue && lane.State.FirstFailures.ContainsKey(lane.HeadPosition)
            ? new SendPlan.BypassHead(lane.State)
            : new SendPlan.Batch(lane.State, count);

    /// <summary>
    /// The one event that is sent while the circuit is open. Where everything is rejected: in turn a quarantined event, a random one, and
    /// one of a name on hold. Otherwise the next one of the lanes in turn.
    /// </summary>
    private SendPlan? NextProbe(ReadOnlySpan<LaneView> lanes, TimeSpan now)
    {
        if (_policy.CircuitBreaker.Reason != CircuitOpenReason.Rejections)
        {
            uint first = _turn++;
            for (uint i = 0; i < lanes.Length; i++)
            {
                LaneView lane = lanes[(int)((first + i) % (uint)lanes.Length)];
                if (lane.Count > 0)
                {
                    return NextEvents(lane, 1);
                }
            }
        }

        for (; _probes.Current is { } kind; _probes.Skip())
        {
            SendPlan? probe = kind switch
            {
                AttemptKind.RetryQuarantined => RetryOldestQuarantined(lanes, now),
                AttemptKind.ProbeRandom => new SendPlan.ProbeRandom(_probes.KeepsOrder),
                _ => DueHeldName(lanes, now) is { } held ? new SendPlan.ProbeHeldName(held) : null,
            };
            if (probe is not null)
            {
                return probe;
            }
        }

        _probes.EndRound();
        return null;
    }

    /// <summary>The quarantined event that was sent longest ago, and not just now.</summary>
    private static SendPlan.RetryQuarantined? RetryOldestQuarantined(ReadOnlySpan<LaneView> lanes, TimeSpan now)
    {
        SendPlan.RetryQuarantined? oldest = null;
        foreach (LaneView lane in lanes)
        {
            foreach (QuarantinedEvent quarantined in lane.IsClaimed ? lane.State.Quarantined.Values : [])
            {
                if (quarantined.LastTried < now && !(oldest?.Event.LastTried <= quarantined.LastTried))
                {
                    oldest = new SendPlan.RetryQuarantined(lane.State, quarantined);
                }
            }
        }

        return oldest;
    }
}
