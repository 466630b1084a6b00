namespace TypedEvents;

/// <content>What is sent next.</content>
internal sealed partial class DeliveryLoop
{
    private static readonly TimeSpan ExpiryInterval = TimeSpan.FromMinutes(1);

    /// <summary>How far a sample looks for its user's first event.</summary>
    private const int ProbeReach = 1000;

    private readonly List<OutboxEvent> _single = [];
    private int _turn;
    private int _probe;
    private bool _keepsProbeOrder;

    private async ValueTask FillLanesAsync(TimeSpan now, CancellationToken cancellationToken)
    {
        bool isPollDue = now >= _nextPoll;
        if (_hasAppended || isPollDue)
        {
            _hasAppended = false;
            _nextPoll = _outbox.PollInterval == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : now + _outbox.PollInterval;
            foreach (EventLane lane in _lanes)
            {
                lane.Queue.MayHaveMore = true;
            }
        }

        foreach (EventLane lane in _lanes)
        {
            if (lane.InFlight is not null)
            {
                continue;
            }

            await ExpireAsync(lane, now, cancellationToken).ConfigureAwait(false);
            lane.Rewind();
            if (lane.Queue.MayHaveMore && lane.Partitions.Count > 0)
            {
                await lane.Queue.FillAsync(_claim!, lane.Partitions, read => PrepareForSending(lane, read, now), IsTooEarly, _settings, now, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private OutboxEvent? PrepareForSending(EventLane lane, OutboxEvent read, TimeSpan now) =>
        lane.State.Quarantined.ContainsKey(read.Position) || _settlements.Contains(read.Position) || _held.Contains(read.EventName)
            ? null
            : Resolve(read, now);

    /// <summary>Only so many users are asked for at a time, lest a batch of unknown ones take all memory.</summary>
    private bool IsTooEarly(OutboxEvent read) =>
        read.User.IsExternalId && _registrations.HasNoRoomFor(read.User) && !_cache.TryGet(read.User, out _);

    private async ValueTask ExpireAsync(EventLane lane, TimeSpan now, CancellationToken cancellationToken)
    {
        if (_settings.MaxEventAge is not { } maxAge || now - lane.ExpiredAt < ExpiryInterval || !_settlements.IsEmpty)
        {
            return;
        }

        lane.ExpiredAt = now;
        lane.IsRewindDue = true;
        foreach (int partition in lane.Partitions)
        {
            await _claim!.ExpireAsync(partition, maxAge, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<ReportRequest?> PlanAsync(TimeSpan now, CancellationToken cancellationToken)
    {
        if (now < _pausedUntil || now < _rateLimiter.NextAt)
        {
            return null;
        }

        if (!_policy.CircuitBreaker.IsClosed)
        {
            return _inFlight == 0 && now >= _policy.CircuitBreaker.NextTry ? await PlanProbeAsync(now, cancellationToken).ConfigureAwait(false) : null;
        }

        if (await PlanHeldNameProbeAsync(now, cancellationToken).ConfigureAwait(false) is { } held)
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
                && await PlanAsync(lane, now, cancellationToken).ConfigureAwait(false) is { } attempt)
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
        foreach (EventLane lane in _lanes)
        {
            count += lane.Queue.Events.Count;
            bytes += lane.Queue.Bytes;
            if (lane.Queue.MayHaveMore || count > _policy.Limit || bytes > _settings.MaxBatchBytes)
            {
                return null;
            }
        }

        EventLane[] sharing = Array.FindAll(_lanes, lane => lane.Queue.Events.Count > 0
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
            count += lane.Queue.Events.Count;
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
        return Array.TrueForAll(lanes, lane => lane.Queue.Events.TrueForAll(queued => queued.AppKey == appKey));
    }

    private async ValueTask<ReportRequest?> PlanAsync(EventLane lane, TimeSpan now, CancellationToken cancellationToken)
    {
        bool isBatchDue = IsBatchDue(lane, now) && !MustWaitForQuarantined(lane);
        if (!(lane.HasRetriedQuarantined && isBatchDue)
            && await PlanDueQuarantinedAsync(lane, now, cancellationToken).ConfigureAwait(false) is { } aside)
        {
            return aside;
        }

        return isBatchDue ? PlanBatch(lane, lane.State.NextCount(_policy.Limit)) : null;
    }

    private bool IsBatchDue(EventLane lane, TimeSpan now) =>
        lane.Queue.Events.Count > 0
        && (lane.Queue.MayHaveMore
            || lane.Queue.Events.Count >= lane.State.NextCount(_policy.Limit)
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
        foreach (EventLane lane in _lanes)
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

        return ReportRequest.Of(AttemptKind.Batch, lane, lane.Next(count, _settings.MaxBatchBytes));
    }

    /// <summary>A quarantined event that is due.</summary>
    private async ValueTask<ReportRequest?> PlanDueQuarantinedAsync(EventLane lane, TimeSpan now, CancellationToken cancellationToken)
    {
        while (lane.DueQuarantined(_policy.Accepted, now) is { } quarantined)
        {
            if (await PlanQuarantinedAsync(lane, quarantined, now, cancellationToken).ConfigureAwait(false) is { } attempt)
            {
                return attempt;
            }
        }

        return null;
    }

    /// <summary>
    /// An event of a name that is held: in turn one picked at random, which finds a good one among many, and the one behind that of last
    /// time, so that each has its turn, however few are good.
    /// </summary>
    private async ValueTask<OutboxEvent?> PickHeldEventAsync(HeldName held, CancellationToken cancellationToken)
    {
        if (held.IsRandomDue)
        {
            // From the oldest one on: before it there may be millions of positions, and whichever was picked of these, it would be that one.
            OutboxPositions positions = await _outbox.GetPositionsAsync(cancellationToken).ConfigureAwait(false);
            long oldest = positions.OldestHeld ?? positions.LastAppended;
            long after = _random.NextInt64(oldest - 1, positions.LastAppended + 1);
            held.IsRandomDue = false;
            return await ReadHeldFromAsync(held.Name, after, cancellationToken).ConfigureAwait(false);
        }

        OutboxEvent? next = await ReadHeldFromAsync(held.Name, held.LastInOrder, cancellationToken).ConfigureAwait(false);
        held.LastInOrder = next?.Position ?? 0;
        held.IsRandomDue = true;
        return next;
    }

    private async ValueTask<OutboxEvent?> ReadHeldFromAsync(string eventName, long after, CancellationToken cancellationToken) =>
        await _claim!.ReadHeldAsync(eventName, after, cancellationToken).ConfigureAwait(false)
        ?? await _claim.ReadHeldAsync(eventName, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Reads a quarantined event again; one that is no longer pending is forgotten.</summary>
    private async ValueTask<ReportRequest?> PlanQuarantinedAsync(EventLane lane, QuarantinedEvent quarantined, TimeSpan now, CancellationToken cancellationToken)
    {
        OutboxEvent? found = null;
        if (_held.Contains(quarantined.Item.Name))
        {
            found = await _claim!.ReadHeldAsync(quarantined.Item.Name, quarantined.Item.Id - 1, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            foreach (int partition in lane.Partitions)
            {
                found ??= await ReadOneAsync(partition, quarantined.Item.Id - 1, quarantined.Item.Id, cancellationToken).ConfigureAwait(false);
            }
        }

        if (found?.Position != quarantined.Item.Id)
        {
            lane.State.Quarantined.Remove(quarantined.Item.Id);
            return null;
        }

        if (Resolve(found.Value, now) is { } complete)
        {
            return ReportRequest.Of(AttemptKind.RetryQuarantined, lane, complete);
        }

        quarantined.Postpone(now);
        return null;
    }

    private async ValueTask<OutboxEvent?> ReadOneAsync(int partition, long after, long upTo, CancellationToken cancellationToken)
    {
        _single.Clear();
        await _claim!.ReadAsync(partition, after, 1, int.MaxValue, _single, cancellationToken).ConfigureAwait(false);
        return _single.Count > 0 && _single[0].Position <= upTo ? _single[0] : null;
    }

    /// <summary>
    /// The one event that is sent while the circuit is open. Where everything is rejected: in turn a quarantined event, a random one, and
    /// one of a name that is held. Otherwise the next one of the lanes in turn.
    /// </summary>
    private async ValueTask<ReportRequest?> PlanProbeAsync(TimeSpan now, CancellationToken cancellationToken)
    {
        if (_policy.CircuitBreaker.Reason != CircuitOpenReason.Rejections)
        {
            foreach (EventLane lane in InTurn())
            {
                if (lane.Queue.Events.Count > 0)
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
                0 => await PlanOldestQuarantinedAsync(now, cancellationToken).ConfigureAwait(false),
                1 => await PlanRandomProbeAsync(now, cancellationToken).ConfigureAwait(false),
                _ => await PlanHeldNameProbeAsync(now, cancellationToken).ConfigureAwait(false),
            };
        }

        return attempt;
    }

    private async ValueTask<ReportRequest?> PlanOldestQuarantinedAsync(TimeSpan now, CancellationToken cancellationToken)
    {
        while (FindOldestQuarantined(now) is var (lane, quarantined))
        {
            quarantined.LastTried = now;
            if (await PlanQuarantinedAsync(lane, quarantined, now, cancellationToken).ConfigureAwait(false) is { } attempt)
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
        foreach (EventLane lane in _lanes)
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
    private async ValueTask<ReportRequest?> PlanHeldNameProbeAsync(TimeSpan now, CancellationToken cancellationToken)
    {
        if (_held.Due(now) is not { } held)
        {
            return null;
        }

        OutboxEvent? found = held.Picked is { } before
            ? await _claim!.ReadHeldAsync(held.Name, before - 1, cancellationToken).ConfigureAwait(false)
            : await PickHeldEventAsync(held, cancellationToken).ConfigureAwait(false);
        held.Picked = found?.Position;
        if (found is not { } picked)
        {
            held.Postpone(now);
            return null;
        }

        EventLane lane = LaneOf(picked.Partition);
        if (lane.InFlight is not null || now < lane.State.WaitUntil)
        {
            return null;
        }

        if (Resolve(picked, now) is not { } complete)
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
    /// An event that is picked at random, over all that is pending: what is at the head of the lanes may be bad to the last. In turn
    /// the first one of its user, which keeps the order, and the event itself, lest a bad one at the user's head block it.
    /// </summary>
    private async ValueTask<ReportRequest?> PlanRandomProbeAsync(TimeSpan now, CancellationToken cancellationToken)
    {
        OutboxPositions positions = await _outbox.GetPositionsAsync(cancellationToken).ConfigureAwait(false);
        if (positions.OldestPending is not { } oldest || _claim!.Partitions.Count == 0)
        {
            return null;
        }

        long from = _random.NextInt64(oldest - 1, positions.LastAppended);
        int first = _random.Next(_claim.Partitions.Count);
        foreach (long after in (long[])[from, 0])
        {
            for (int i = 0; i < _claim.Partitions.Count; i++)
            {
                int partition = _claim.Partitions[(first + i) % _claim.Partitions.Count];
                if (await ReadOneAsync(partition, after, long.MaxValue, cancellationToken).ConfigureAwait(false) is { } picked)
                {
                    return await PlanRandomProbeOfAsync(picked, now, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        return null;
    }

    private async ValueTask<ReportRequest?> PlanRandomProbeOfAsync(OutboxEvent picked, TimeSpan now, CancellationToken cancellationToken)
    {
        EventLane lane = LaneOf(picked.Partition);
        _keepsProbeOrder = !_keepsProbeOrder;
        List<OutboxEvent> before = [];
        await _claim!.ReadAsync(picked.Partition, 0, ProbeReach, int.MaxValue, before, cancellationToken).ConfigureAwait(false);
        long user = EventUser.KeyOf(picked);
        int first = before.FindIndex(read => EventUser.KeyOf(read) == user && PrepareForSending(lane, read, now) is not null);
        OutboxEvent sample = first >= 0 && _keepsProbeOrder ? before[first] : picked;
        return _settlements.Contains(sample.Position) || Resolve(sample, now) is not { } complete ? null : ReportRequest.Of(
            lane.State.Quarantined.ContainsKey(sample.Position) ? AttemptKind.RetryQuarantined : AttemptKind.ProbeRandom,
            lane,
            complete);
    }

    private EventLane LaneOf(int partition) => _lanes[partition % _lanes.Length];

    /// <summary>The lanes, each time beginning with the next one.</summary>
    private IEnumerable<EventLane> InTurn()
    {
        int first = _turn++;
        for (int i = 0; i < _lanes.Length; i++)
        {
            yield return _lanes[(int)((uint)(first + i) % (uint)_lanes.Length)];
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

        if (_claim is null)
        {
            Consider(now + ClaimInterval);
        }

        Consider(_nextPoll);
        Consider(_pausedUntil);
        Consider(_rateLimiter.NextAt);
        Consider(_policy.CircuitBreaker.IsClosed ? null : _policy.CircuitBreaker.NextTry);
        Consider(_settlements.NextTry);
        Consider(_held.NextTry);
        Consider(_health.NextReminder);
        Consider(_registrations.NextTry(now));
        Consider(_cache.Count > 0 ? _nextCacheSweep : null);
        foreach (EventLane lane in _lanes)
        {
            Consider(lane.State.WaitUntil);
            Consider(lane.Queue.Events.Count > 0 ? lane.Queue.Since + _settings.FlushInterval : null);
            Consider(_settings.MaxEventAge is null ? null : lane.ExpiredAt + ExpiryInterval);
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
