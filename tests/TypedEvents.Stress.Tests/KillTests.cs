namespace TypedEvents.Stress.Tests;

/// <summary>
/// Processes that track and deliver from one file are killed (SIGKILL) one after the other, and the last one delivers what is left.
/// <c>eng/stress</c> does the same a thousand times.
/// </summary>
public sealed class KillTests
{
    private static readonly KillStep[] Steps = [.. Enum.GetValues<KillStep>().Where(step => step != KillStep.None)];

    [Fact]
    public async Task A_kill_at_any_step_between_append_and_settlement_loses_no_acknowledged_event_and_gives_none_a_second_id()
    {
        KillReport report = await new KillRound(ChildHost.Jit).RunAsync(
            [.. Steps.Select((step, index) => new KillPlan(step, 1 + (index % 2), 0, TimeSpan.Zero))]);

        // A clean report includes that accepted but unsettled events were sent again after every kill at which there can be such events.
        AssertNothingIsLost(report, kills: 6);
        Assert.Equal(Steps, report.StepKills.Keys.Order());
        Assert.All(report.StepKills.Values, kills => Assert.Equal(1, kills));
        Assert.True(report.Resends > 0, "No event was sent again.");
    }

    [Fact]
    public async Task A_kill_at_any_moment_loses_no_acknowledged_event_and_gives_none_a_second_id()
    {
        int[] acknowledged = [0, 1, 40, 130, 200];
        KillPlan[] plans = [.. acknowledged.Select(lines => new KillPlan(KillStep.None, 0, lines, TimeSpan.Zero))];
        KillReport report = await new KillRound(ChildHost.Jit).RunAsync(plans);
        AssertNothingIsLost(report, kills: 5);
        Assert.Empty(report.StepKills);
        Assert.True(report.Acknowledged >= 371, $"{report.Acknowledged} were acknowledged");
    }

    [Fact]
    public void A_short_run_kills_at_every_step_and_a_long_one_at_random_moments_just_as_often()
    {
        var random = new Random(1);
        KillPlan[] plans = [.. Enumerable.Range(0, 1000).Select(index => KillPlan.Pick(index, KillRound.Events, random))];
        Assert.Equal(Steps, plans.Take(6).Select(plan => plan.Step));
        Assert.All(Steps, step => Assert.InRange(plans.Count(plan => plan.Step == step), 80, 90));
        Assert.InRange(plans.Count(plan => plan.Step == KillStep.None), 490, 500);
    }

    private static void AssertNothingIsLost(KillReport report, int kills)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(report.ToString());
        Assert.Equal(kills, report.Kills);
        Assert.Equal(0, report.Lost);
        Assert.Equal(0, report.SecondIds);
        Assert.Equal(0, report.WrongUsers);
        Assert.Equal(0, report.OutOfOrder);
        Assert.Equal(0, report.Misjudged);
        Assert.Equal(0, report.WrongStatistics);
        Assert.Equal(0, report.MissedSteps);
        Assert.Equal(0, report.NotSentAgain);
        Assert.True(report.IsClean);
        Assert.True(report.Delivered >= report.Acknowledged && report.Acknowledged > 0);
    }
}
