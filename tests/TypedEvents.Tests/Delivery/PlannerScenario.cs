namespace TypedEvents.Tests;

/// <summary>Two lanes as a planner sees them, and what has become of their requests.</summary>
internal sealed class PlannerScenario
{
    public const int MaxQuarantined = 3;

    public static readonly DeliverySettings Settings = new(MaxBatchEvents: 100, MaxBatchBytes: 10_000, FlushInterval: TimeSpan.FromSeconds(1))
    {
        MaxConcurrentRequests = 2,
        MaxQuarantined = MaxQuarantined,
    };

    private readonly LaneView[] _views;

    public PlannerScenario()
    {
        Policy = new DeliveryPolicy(Settings.MaxConcurrentRequests, Settings.MaxBatchEvents, new Backoff(new Random(1)));
        Planner = new SendPlanner(Policy, Held, Settings);
        _views = [.. Policy.Lanes.Select(state => new LaneView(state) { IsClaimed = true, IsOfOneApplication = true })];
    }

    public DeliveryPolicy Policy { get; }

    public HeldNameSchedule Held { get; } = new();

    public SendPlanner Planner { get; }

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);

    /// <summary>Whether somebody waits for a flush.</summary>
    public bool IsHurried { get; set; }

    public LaneState First => Policy.Lanes[0];

    public LaneState Second => Policy.Lanes[1];

    public SendPlan? Next() => Planner.Next(_views, IsHurried, Now);

    public PlannerScenario Pass(TimeSpan time)
    {
        Now += time;
        return this;
    }

    /// <summary>Events that were read ahead, just now or some time ago.</summary>
    public PlannerScenario Read(int lane, int count, long bytes = 500, bool mayHaveMore = false, double secondsAgo = 0, long head = 1, string? appKey = null)
    {
        _views[lane] = _views[lane] with
        {
            Count = count,
            Bytes = bytes,
            MayHaveMore = mayHaveMore,
            Since = Now - TimeSpan.FromSeconds(secondsAgo),
            HeadPosition = head,
            AppKey = appKey,
        };
        return this;
    }

    /// <summary>A lane has a request in flight.</summary>
    public PlannerScenario Busy(int lane)
    {
        _views[lane] = _views[lane] with { IsBusy = true };
        return this;
    }

    /// <summary>A lane has events of several applications.</summary>
    public PlannerScenario OfSeveralApplications(int lane)
    {
        _views[lane] = _views[lane] with { IsOfOneApplication = false };
        return this;
    }

    /// <summary>What was said of a request with events of one lane.</summary>
    public PlannerScenario Answer(int lane, ResponseMeaning meaning, AttemptKind kind, params long[] positions)
    {
        TriedItem[] items = [.. positions.Select(position => new TriedItem(position, "page_viewed"))];
        Policy.Decide(Policy.Begin(new Attempt(kind, [new AttemptPart(Policy.Lanes[lane], items.Length)], items), Now), meaning, isTimeout: false, Now);
        return this;
    }

    /// <summary>Events of a lane that were rejected alone.</summary>
    public PlannerScenario Quarantine(int lane, params long[] positions) =>
        positions.Aggregate(this, (scenario, position) => scenario.Answer(lane, ResponseMeaning.Rejected, AttemptKind.Batch, position));

    /// <summary>Something was accepted, so that what is quarantined is due.</summary>
    public PlannerScenario Accept(int lane = 0) => Answer(lane, ResponseMeaning.Accepted, AttemptKind.BypassHead, 1_000_000);

    /// <summary>The circuit has opened, and its next try is due.</summary>
    public PlannerScenario Open(CircuitOpenReason reason)
    {
        Policy.CircuitBreaker.Open(reason, Policy.CircuitBreaker.Period, Now);
        return Pass(TimeSpan.FromMinutes(1));
    }

    /// <summary>A name is on hold, and one of its events is due.</summary>
    public HeldName Hold(string name)
    {
        Held.Add(name, Now - RetrySchedules.HeldNameInterval);
        return Held.Due(Now)!;
    }

    /// <summary>A plan is carried out, or isn't.</summary>
    public PlannerScenario Carry(SendPlan? plan, PlanOutcome outcome = PlanOutcome.Ready)
    {
        Attempt? attempt = outcome == PlanOutcome.Ready && plan is SendPlan.RetryQuarantined(LaneState lane, QuarantinedEvent quarantined)
            ? Policy.Begin(new Attempt(AttemptKind.RetryQuarantined, [new AttemptPart(lane, 1)], [quarantined.Item]), Now)
            : null;
        Planner.Note(plan!, outcome, attempt, Now);
        return this;
    }

    public SendPlan.RetryQuarantined Retry(int lane, long position) => new(Policy.Lanes[lane], Policy.Lanes[lane].Quarantined[position]);
}
