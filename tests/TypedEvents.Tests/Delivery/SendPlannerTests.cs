namespace TypedEvents.Tests;

/// <summary>What is sent next, case by case.</summary>
public sealed class SendPlannerTests
{
    private const int Limit = 100;

    /// <summary>By its name, what is known and what is planned then.</summary>
    private static readonly Dictionary<string, (Func<PlannerScenario, PlannerScenario> Given, Func<PlannerScenario, SendPlan?> Expected)> Cases = new()
    {
        ["nothing is pending"] = (given => given, _ => null),
        ["a batch that isn't full waits for others"] = (given => given.Read(0, count: 5), _ => null),
        ["a batch that isn't full is sent after FlushInterval"] = (given => given.Read(0, count: 5, secondsAgo: 1), then => new SendPlan.Batch(then.First, Limit)),
        ["a batch that isn't full is sent at once for a flush"] = (given => Hurry(given.Read(0, count: 5)), then => new SendPlan.Batch(then.First, Limit)),
        ["a full batch is sent at once"] = (given => given.Read(0, count: Limit), then => new SendPlan.Batch(then.First, Limit)),
        ["a batch with all the bytes it may have is sent at once"] = (given => given.Read(0, count: 5, bytes: 10_000), then => new SendPlan.Batch(then.First, Limit)),
        ["a batch with more behind it is sent at once"] = (given => given.Read(0, count: 5, mayHaveMore: true), then => new SendPlan.Batch(then.First, Limit)),
        ["a lane with a request in flight waits for its end"] = (given => given.Read(0, count: Limit).Busy(0), _ => null),
        ["a lane that failed waits for its backoff"] = (given => given.Answer(0, ResponseMeaning.Failed, AttemptKind.Batch, 1, 2).Read(0, count: 2), _ => null),
        ["a lane that failed doesn't wait for a full batch after its backoff"] = (
            given => given.Answer(0, ResponseMeaning.Failed, AttemptKind.Batch, 1, 2).Pass(TimeSpan.FromSeconds(1)).Read(0, count: 2),
            then => new SendPlan.Batch(then.First, Limit)),

        ["lanes with few events share a request"] = (
            given => given.Read(0, count: 5, secondsAgo: 1).Read(1, count: 3),
            then => new SendPlan.CombinedBatch([then.First, then.Second])),
        ["lanes whose events fill a batch together share a request at once"] = (
            given => given.Read(0, count: 60).Read(1, count: 40),
            then => new SendPlan.CombinedBatch([then.First, then.Second])),
        ["lanes with more events than a batch has don't share"] = (
            given => given.Read(0, count: 60, secondsAgo: 1).Read(1, count: 41),
            then => new SendPlan.Batch(then.First, Limit)),
        ["lanes with more bytes than a batch has don't share"] = (
            given => given.Read(0, count: 5, bytes: 9_000, secondsAgo: 1).Read(1, count: 5, bytes: 2_000),
            then => new SendPlan.Batch(then.First, Limit)),
        ["lanes don't share while one may have more"] = (
            given => given.Read(0, count: 5, secondsAgo: 1).Read(1, count: 3, mayHaveMore: true),
            then => new SendPlan.Batch(then.First, Limit)),
        ["lanes don't share while a request is in flight"] = (
            given => given.Read(0, count: 5, secondsAgo: 1).Read(1, count: 3).Busy(1),
            then => new SendPlan.Batch(then.First, Limit)),
        ["lanes of two applications don't share"] = (
            given => given.Read(0, count: 5, secondsAgo: 1, appKey: "one").Read(1, count: 3, appKey: "two"),
            then => new SendPlan.Batch(then.First, Limit)),
        ["a lane with events of several applications doesn't share"] = (
            given => given.Read(0, count: 5, secondsAgo: 1).Read(1, count: 3).OfSeveralApplications(1),
            then => new SendPlan.Batch(then.First, Limit)),
        ["a lane with a due quarantined event doesn't share"] = (
            given => given.Quarantine(1, 7).Accept().Read(0, count: 5, secondsAgo: 1).Read(1, count: 3),
            then => new SendPlan.Batch(then.First, Limit)),
        ["a lane under bisection sends half of the range, alone"] = (
            given => given.Answer(0, ResponseMeaning.Rejected, AttemptKind.Batch, [.. Enumerable.Range(1, 40).Select(position => (long)position)]).Read(0, count: 40).Read(1, count: 3),
            then => new SendPlan.Batch(then.First, 20)),

        ["a quarantined event waits for an acceptance"] = (given => given.Quarantine(0, 7), _ => null),
        ["a quarantined event is retried after an acceptance, before a batch"] = (
            given => given.Quarantine(0, 7).Accept().Read(0, count: Limit),
            then => then.Retry(0, 7)),
        ["after a quarantined event a batch is next"] = (
            given => Retried(given.Quarantine(0, 7, 8).Accept().Read(0, count: Limit)),
            then => new SendPlan.Batch(then.First, then.First.NextCount(Limit))),
        ["after a quarantined event another one is next where no batch is due"] = (
            given => Retried(given.Quarantine(0, 7).Pass(TimeSpan.FromSeconds(1)).Quarantine(0, 8).Accept().Pass(TimeSpan.FromSeconds(1))),
            then => then.Retry(0, 8)),
        ["of the quarantined events that are due the one that was sent longest ago is next"] = (
            given => given.Quarantine(0, 8).Pass(TimeSpan.FromSeconds(1)).Quarantine(0, 7).Accept(),
            then => then.Retry(0, 8)),
        ["a quarantined event that is gone makes room for the next one"] = (
            given => given.Quarantine(0, 7, 8).Accept() is var scenario ? scenario.Carry(scenario.Next(), PlanOutcome.Gone) : given,
            then => then.Retry(0, 8)),
        ["a quarantined event whose user isn't registered is postponed"] = (
            given => given.Quarantine(0, 7).Accept() is var scenario ? scenario.Carry(scenario.Next(), PlanOutcome.NotYet) : given,
            _ => null),
        ["lanes with quarantined events wait when the quarantine is full"] = (
            given => given.Quarantine(0, 7, 8, 9).Read(0, count: Limit),
            _ => null),
        ["lanes without quarantined events don't wait when the quarantine is full"] = (
            given => given.Quarantine(0, 7, 8, 9).Read(1, count: Limit),
            then => new SendPlan.Batch(then.Second, Limit)),

        ["an event that fails alone is tried three times"] = (
            given => FailAlone(given, times: 2).Read(0, count: 2, head: 1),
            then => new SendPlan.Batch(then.First, 1)),
        ["the fourth try of an event that fails alone is another event"] = (
            given => FailAlone(given, times: 3).Read(0, count: 2, head: 1),
            then => new SendPlan.BypassHead(then.First)),
        ["an event that fails alone is tried again where there is no other one"] = (
            given => FailAlone(given, times: 3).Read(0, count: 1, head: 1),
            then => new SendPlan.Batch(then.First, 1)),
        ["an event that didn't fail alone isn't bypassed"] = (
            given => FailAlone(given, times: 3).Read(0, count: 2, head: 2),
            then => new SendPlan.Batch(then.First, 1)),

        ["an event of a name on hold is sent before a batch"] = (
            given => Hold(given).Read(0, count: Limit),
            then => new SendPlan.ProbeHeldName(then.Held.Due(then.Now)!)),
        ["an event of a name on hold waits for its lane"] = (
            given => Pick(Hold(given), lane: 0).Read(0, count: 5).Busy(0).Read(1, count: Limit),
            then => new SendPlan.Batch(then.Second, Limit)),
        ["an event of a name on hold waits a minute after one that is gone"] = (
            given => Hold(given) is var scenario ? scenario.Carry(scenario.Next(), PlanOutcome.Gone).Pass(TimeSpan.FromSeconds(59)) : given,
            _ => null),
        ["an event of a name on hold waits three seconds for its user"] = (
            given => Hold(given) is var scenario ? scenario.Carry(scenario.Next(), PlanOutcome.NotYet).Pass(TimeSpan.FromSeconds(3)) : given,
            then => new SendPlan.ProbeHeldName(then.Held.Due(then.Now)!)),

        ["nothing is sent before the next try of an open circuit"] = (
            given => given.Open(CircuitOpenReason.Configuration).Pass(TimeSpan.FromTicks(-1)).Read(0, count: Limit),
            _ => null),
        ["nothing is probed while a report is in flight"] = (
            given => given.Open(CircuitOpenReason.Failures).Read(0, count: Limit).Busy(1),
            _ => null),
        ["one event is probed while the server fails"] = (
            given => given.Open(CircuitOpenReason.Failures).Read(1, count: Limit),
            then => new SendPlan.Batch(then.Second, 1)),
        ["a quarantined event is probed while the server fails, where nothing else is pending"] = (
            given => given.Quarantine(0, 7).Open(CircuitOpenReason.Failures),
            then => then.Retry(0, 7)),
        ["a quarantined event is the first probe while everything is rejected"] = (
            given => given.Quarantine(0, 7).Read(0, count: Limit).Open(CircuitOpenReason.Rejections),
            then => then.Retry(0, 7)),
        ["a random event is the second probe while everything is rejected"] = (
            given => Retried(given.Quarantine(0, 7).Open(CircuitOpenReason.Rejections)),
            _ => new SendPlan.ProbeRandom(KeepsOrder: true)),
        ["a random event is the first probe where none is quarantined"] = (
            given => given.Read(0, count: Limit).Open(CircuitOpenReason.Rejections),
            _ => new SendPlan.ProbeRandom(KeepsOrder: true)),
        ["an event of a name on hold is the third probe while everything is rejected"] = (
            given => Retried(Retried(Hold(given.Quarantine(0, 7).Open(CircuitOpenReason.Rejections)))),
            then => new SendPlan.ProbeHeldName(then.Held.Due(then.Now)!)),
        ["the next random probe is sent where it is, not for the first of its user"] = (
            given => Retried(given.Open(CircuitOpenReason.Rejections)),
            _ => new SendPlan.ProbeRandom(KeepsOrder: false)),
        ["nothing is probed where there is no event of any kind"] = (
            given => given.Open(CircuitOpenReason.Rejections) is var scenario ? scenario.Carry(scenario.Next(), PlanOutcome.Gone) : given,
            _ => null),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_sent_next_follows_from_what_is_known(string name)
    {
        (Func<PlannerScenario, PlannerScenario> given, Func<PlannerScenario, SendPlan?> expected) = Cases[name];
        PlannerScenario scenario = given(new PlannerScenario());

        SendPlan? plan = scenario.Next();

        Assert.Equal(expected(scenario), plan);
    }

    [Fact]
    public void Lanes_have_their_turn()
    {
        PlannerScenario scenario = new PlannerScenario().Read(0, count: Limit).Read(1, count: Limit);
        LaneState?[] lanes = [.. Enumerable.Range(0, 4).Select(_ => (scenario.Next() as SendPlan.Batch)?.Lane)];
        Assert.Equal([scenario.First, scenario.Second, scenario.First, scenario.Second], lanes);
    }

    [Fact]
    public void A_quarantined_event_that_is_gone_is_forgotten()
    {
        PlannerScenario scenario = new PlannerScenario().Quarantine(0, 7).Accept();
        scenario.Carry(scenario.Next(), PlanOutcome.Gone);
        Assert.Empty(scenario.First.Quarantined);
    }

    [Fact]
    public void Each_quarantined_event_is_probed_once_in_a_step()
    {
        PlannerScenario scenario = new PlannerScenario().Quarantine(0, 7).Quarantine(1, 8).Open(CircuitOpenReason.Rejections);
        List<SendPlan?> probes = [];
        for (int i = 0; i < 3; i++)
        {
            SendPlan? probe = scenario.Next();
            probes.Add(probe);
            scenario.Carry(probe, PlanOutcome.NotYet);
        }

        Assert.Equal([scenario.Retry(0, 7), scenario.Retry(1, 8), new SendPlan.ProbeRandom(KeepsOrder: true)], probes);
    }

    /// <summary>The next plan is carried out.</summary>
    private static PlannerScenario Retried(PlannerScenario scenario) => scenario.Carry(scenario.Next());

    private static PlannerScenario Hurry(PlannerScenario scenario)
    {
        scenario.IsHurried = true;
        return scenario;
    }

    private static PlannerScenario Hold(PlannerScenario scenario)
    {
        scenario.Hold("page_viewed");
        return scenario;
    }

    private static PlannerScenario Pick(PlannerScenario scenario, int lane)
    {
        scenario.Held.Due(scenario.Now)!.NotePicked(7, lane);
        return scenario;
    }

    /// <summary>Event 1 of the first lane fails alone, after a batch with it was bisected, and its backoff has passed each time.</summary>
    private static PlannerScenario FailAlone(PlannerScenario scenario, int times)
    {
        scenario.Answer(0, ResponseMeaning.Rejected, AttemptKind.Batch, 1, 2, 3);
        for (int i = 0; i < times; i++)
        {
            scenario.Answer(0, ResponseMeaning.Failed, AttemptKind.Batch, 1).Pass(TimeSpan.FromMinutes(1));
        }

        return scenario;
    }
}
