namespace TypedEvents;

/// <content>What is sent next.</content>
internal sealed partial class DeliveryLoop
{
    private int _turn;
    private int _probe;
    private bool _keepsProbeOrder;

    private async ValueTask<ReportRequest?> PlanAsync(IOutboxClaim claim, TimeSpan now, CancellationToken cancellationToken)
    {
        if (now < _pausedUntil || now < _rateLimiter.NextAt)
        {
            return null;
        }

        if (!_policy.CircuitBreaker.IsClosed)
        {
            return _inFlight == 0 && now >= _policy.CircuitBreaker.NextTry ? await PlanProbeAsync(claim, now, cancellationToken).ConfigureAwait(false) : null;
        }

        if (await PlanHeldNameProbeAsync(claim, now, cancellationToken).ConfigureAwait(false) is { } held)
        {
            return held;
        }

        if (PlanCombined(now) is { } combined)
        {
            return combined;
        }

        foreach (EventLane lane in InTurn())
        {
            if (lane.InFlight is null && now >= lane.State.WaitUntil
                && await PlanAsync(claim, lane, now, cancellationToken).ConfigureAwait(false) is { } attempt)
            {
                return attempt;
            }
        }

        return null;
    }

    /// <summary>While all that waits fits one batch and nothing is known against it, it goes as one request.</summary>
    private ReportRequest? PlanCombined(TimeSpan now)
    {
        if (_inFlight > 0)
        {
            return null;
        }

        int count = 0;
        long bytes = 0;
        foreach (EventLane lane in _reader.Lanes)
        {
            count += lane.Queue.Count;
            bytes += lane.Queue.Bytes;
            if (lane.Queue.MayHaveMore || count > _policy.Limit || bytes > _settings.MaxBatchBytes)
            {
                return null;
            }
        }

        EventLane[] sharing = Array.FindAll(_reader.Lanes, lane => lane.Queue.Count > 0
            && lane.State.CanShareBatch(_policy.Limit)
            && !MustWaitForQuarantined(lane)
            && lane.DueQuarantined(_policy.Accepted, now) is null);
        return sharing.Length >= 2 && IsCombinationDue(sharing, now) && AreOfOneApplication(sharing) ? ReportRequest.Combine(sharing) : null;
    }

    private bool IsCombinationDue(EventLane[] sharing, TimeSpan now)
    {
        int count = 0;
        foreach (EventLane lane in sharing)
        {
            count += lane.Queue.Count;
            if (IsBatchDue(lane, now))
            {
                return true;
            }
        }

        return count == _policy.Limit;
    }

    private static bool AreOfOneApplication(EventLane[] lanes)
    {
        string? appKey = lanes[0].Queue.Events[0].AppKey;
        return Array.TrueForAll(lanes, lane => lane.Queue.IsOf(appKey));
    }

    private async ValueTask<ReportRequest?> PlanAsync(IOutboxClaim claim, EventLane lane, TimeSpan now, CancellationToken cancellationToken)
    {
        bool isBatchDue = IsBatchDue(lane, now) && !MustWaitForQuarantined(lane);
        if (!(lane.HasRetriedQuarantined && isBatchDue)
            && await PlanDueQuarantinedAsync(claim, lane, now, cancellationToken).ConfigureAwait(false) is { } aside)
        {
            return aside;
        }

        return isBatchDue ? PlanBatch(lane, lane.State.NextCount(_policy.Limit)) : null;
    }

    private bool IsBatchDue(EventLane lane, TimeSpan now) =>
        lane.Queue.Count > 0
        && (lane.Queue.MayHaveMore
            || lane.Queue.Count >= lane.State.NextCount(_policy.Limit)
            || lane.Queue.Bytes >= _settings.MaxBatchBytes
            || lane.State.ConsecutiveFailures > 0
            || now - lane.Queue.Since >= _settings.FlushInterval
            || !_flushes.IsEmpty);

    private bool MustWaitForQuarantined(EventLane lane)
    {
        if (lane.State.Quarantined.Count == 0)
        {
            return false;
        }

        return CountQuarantined() >= _settings.MaxQuarantined;
    }

    private int CountQuarantined()
    {
        int quarantinedEvents = 0;
        foreach (EventLane lane in _reader.Lanes)
        {
            quarantinedEvents += lane.State.Quarantined.Count;
        }

        return quarantinedEvents;
    }

    private ReportRequest PlanBatch(EventLane lane, int count)
    {
        if (count == 1
            && lane.State.FirstFailures.ContainsKey(lane.Queue.Events[0].Position)
            && lane.State.IsBypassDue
            && lane.NextBypass() is { } bypass)
        {
            return ReportRequest.Of(AttemptKind.BypassHead, lane, bypass);
        }

        return ReportRequest.Of(AttemptKind.Batch, lane, lane.Queue.Next(count, _settings.MaxBatchBytes));
    }

    /// <summary>A quarantined event that is due.</summary>
    private async ValueTask<ReportRequest?> PlanDueQuarantinedAsync(IOutboxClaim claim, EventLane lane, TimeSpan now, CancellationToken cancellationToken)
    {
        while (lane.DueQuarantined(_policy.Accepted, now) is { } quarantined)
        {
            if (await PlanQuarantinedAsync(claim, lane, quarantined, now, cancellationToken).ConfigureAwait(false) is { } attempt)
            {
                return attempt;
            }
        }

        return null;
    }

    /// <summary>Reads a quarantined event again; one that is no longer pending is forgotten.</summary>
    private async ValueTask<ReportRequest?> PlanQuarantinedAsync(IOutboxClaim claim, EventLane lane, QuarantinedEvent quarantined, TimeSpan now, CancellationToken cancellationToken)
    {
        if (await _reader.ReadQuarantinedAsync(claim, lane, quarantined, cancellationToken).ConfigureAwait(false) is not { } found)
        {
            lane.State.Quarantined.Remove(quarantined.Item.Id);
            return null;
        }

        if (_reader.Resolve(found, now) is { } complete)
        {
            return ReportRequest.Of(AttemptKind.RetryQuarantined, lane, complete);
        }

        quarantined.Postpone(now);
        return null;
    }

    /// <summary>
    /// The one event that is sent while the circuit is open. Where everything is rejected: in turn a quarantined event, a random one, and
    /// one of a name that is held. Otherwise the next one of the lanes in turn.
    /// </summary>
    private async ValueTask<ReportRequest?> PlanProbeAsync(IOutboxClaim claim, TimeSpan now, CancellationToken cancellationToken)
    {
        if (_policy.CircuitBreaker.Reason != CircuitOpenReason.Rejections)
        {
            foreach (EventLane lane in InTurn())
            {
                if (lane.Queue.Count > 0)
                {
                    return PlanBatch(lane, 1);
                }
            }
        }

        int first = _probe++;
        ReportRequest? attempt = null;
        for (int i = 0; i < 3 && attempt is null; i++)
        {
            attempt = ((uint)(first + i) % 3) switch
            {
                0 => await PlanOldestQuarantinedAsync(claim, now, cancellationToken).ConfigureAwait(false),
                1 => await PlanRandomProbeAsync(claim, now, cancellationToken).ConfigureAwait(false),
                _ => await PlanHeldNameProbeAsync(claim, now, cancellationToken).ConfigureAwait(false),
            };
        }

        return attempt;
    }

    private async ValueTask<ReportRequest?> PlanOldestQuarantinedAsync(IOutboxClaim claim, TimeSpan now, CancellationToken cancellationToken)
    {
        while (FindOldestQuarantined(now) is var (lane, quarantined))
        {
            quarantined.LastTried = now;
            if (await PlanQuarantinedAsync(claim, lane, quarantined, now, cancellationToken).ConfigureAwait(false) is { } attempt)
            {
                return attempt;
            }
        }

        return null;
    }

    /// <summary>The quarantined event that was sent longest ago, and not just now.</summary>
    private (EventLane Lane, QuarantinedEvent QuarantinedEvent)? FindOldestQuarantined(TimeSpan now)
    {
        (EventLane Lane, QuarantinedEvent QuarantinedEvent)? oldest = null;
        foreach (EventLane lane in _reader.Lanes)
        {
            if (lane.Partitions.Count == 0)
            {
                continue;
            }

            foreach (QuarantinedEvent quarantined in lane.State.Quarantined.Values)
            {
                if (quarantined.LastTried < now && !(oldest?.QuarantinedEvent.LastTried <= quarantined.LastTried))
                {
                    oldest = (lane, quarantined);
                }
            }
        }

        return oldest;
    }

    /// <summary>An event of a name that is held, once a minute for each name.</summary>
    private async ValueTask<ReportRequest?> PlanHeldNameProbeAsync(IOutboxClaim claim, TimeSpan now, CancellationToken cancellationToken)
    {
        if (_held.Due(now) is not { } held)
        {
            return null;
        }

        OutboxEvent? found = await _reader.ReadHeldAsync(claim, held, cancellationToken).ConfigureAwait(false);
        held.Picked = found?.Position;
        if (found is not { } picked)
        {
            held.Postpone(now);
            return null;
        }

        EventLane lane = _reader.LaneOf(picked.Partition);
        if (lane.InFlight is not null || now < lane.State.WaitUntil)
        {
            return null;
        }

        if (_reader.Resolve(picked, now) is not { } complete)
        {
            // Its user is asked for; then it is the same one's turn.
            held.PostponeBriefly(now);
            return null;
        }

        held.Picked = null;
        held.Postpone(now);
        return ReportRequest.Of(AttemptKind.ProbeHeldName, lane, complete);
    }

    /// <summary>
    /// An event that is picked at random. In turn the first one of its user, which keeps the order, and the event itself, since a bad one at
    /// the user's head would block it.
    /// </summary>
    private async ValueTask<ReportRequest?> PlanRandomProbeAsync(IOutboxClaim claim, TimeSpan now, CancellationToken cancellationToken)
    {
        if (await _reader.ReadRandomAsync(claim, cancellationToken).ConfigureAwait(false) is not { } picked)
        {
            return null;
        }

        EventLane lane = _reader.LaneOf(picked.Partition);
        _keepsProbeOrder = !_keepsProbeOrder;
        OutboxEvent? first = await _reader.ReadFirstOfUserAsync(claim, picked, now, cancellationToken).ConfigureAwait(false);
        OutboxEvent probe = _keepsProbeOrder ? first ?? picked : picked;
        return _settlements.Contains(probe.Position) || _reader.Resolve(probe, now) is not { } resolved ? null : ReportRequest.Of(
            lane.State.Quarantined.ContainsKey(probe.Position) ? AttemptKind.RetryQuarantined : AttemptKind.ProbeRandom,
            lane,
            resolved);
    }

    /// <summary>The lanes, each time beginning with the next one.</summary>
    private IEnumerable<EventLane> InTurn()
    {
        int first = _turn++;
        for (int i = 0; i < _reader.Lanes.Length; i++)
        {
            yield return _reader.Lanes[(int)((uint)(first + i) % (uint)_reader.Lanes.Length)];
        }
    }

    /// <param name="now">The time of the step, which has done all that was due then.</param>
    private TimeSpan TimeUntilNextStep(TimeSpan now)
    {
        TimeSpan next = TimeSpan.MaxValue;
        void Consider(TimeSpan? time)
        {
            if (time > now && time < next)
            {
                next = time.Value;
            }
        }

        Consider(_lease.NextDue(now));
        Consider(_reader.NextDue(now));
        Consider(_pausedUntil);
        Consider(_rateLimiter.NextAt);
        Consider(_policy.CircuitBreaker.IsClosed ? null : _policy.CircuitBreaker.NextTry);
        Consider(_settlements.NextTry);
        Consider(_held.NextTry);
        Consider(_health.NextReminder);
        Consider(_registrations.NextTry(now));
        Consider(_users.NextSweep);
        foreach (EventLane lane in _reader.Lanes)
        {
            Consider(lane.State.WaitUntil);
            foreach (QuarantinedEvent quarantined in lane.State.Quarantined.Values)
            {
                Consider(quarantined.Next);
            }
        }

        if (next == TimeSpan.MaxValue)
        {
            return Timeout.InfiniteTimeSpan;
        }

        // The step took time: what has become due meanwhile is done at once.
        TimeSpan wait = next - Now;
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }
}
