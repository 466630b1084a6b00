namespace TypedEvents.Torture.Tests;

/// <summary>
/// A process that tracks and delivers is killed (SIGKILL), again and again, on one file, and the last one delivers what is left.
/// <c>eng/torture</c> does the same a thousand times.
/// </summary>
public sealed class KillTests
{
    [Fact]
    public async Task Killed_at_each_step_between_append_and_settlement_nothing_acknowledged_is_lost_and_nothing_gets_a_second_id()
    {
        KillPlan[] plans = [.. Enum.GetValues<KillStep>()
            .Where(step => step != KillStep.None)
            .Select((step, index) => new KillPlan(step, 1 + (index % 2), 0, TimeSpan.Zero))];
        AssertNothingIsLost(await new KillRound(ChildHost.Jit).RunAsync(plans), kills: 6);
    }

    [Fact]
    public async Task Killed_at_any_moment_nothing_acknowledged_is_lost_and_nothing_gets_a_second_id()
    {
        int[] acknowledged = [0, 1, 40, 130, 200];
        KillPlan[] plans = [.. acknowledged.Select(lines => new KillPlan(KillStep.None, 0, lines, TimeSpan.Zero))];
        KillReport report = await new KillRound(ChildHost.Jit).RunAsync(plans);
        AssertNothingIsLost(report, kills: 5);
        Assert.True(report.Acknowledged >= 371, $"{report.Acknowledged} were acknowledged");
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
        Assert.Equal(0, report.WrongAccounts);
        Assert.True(report.Delivered >= report.Acknowledged && report.Acknowledged > 0);
    }
}
