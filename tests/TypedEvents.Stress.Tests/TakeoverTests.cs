namespace TypedEvents.Stress.Tests;

/// <summary>
/// Three processes track to one file, and the one that sends is killed (SIGKILL), three times. <c>eng/stress</c> does so twenty times.
/// </summary>
public sealed class TakeoverTests
{
    [Fact]
    public async Task Another_process_takes_over_and_each_users_events_arrive_in_the_order_in_which_they_were_appended()
    {
        KillReport report = await new TakeoverRun(ChildHost.Jit).RunAsync(kills: 3, seed: Environment.TickCount);
        TestContext.Current.TestOutputHelper?.WriteLine(report.ToString());
        Assert.Equal(3, report.Recoveries.Count);
        Assert.True(report.IsClean, report.Finding ?? report.ToString());
        Assert.True(report.Delivered >= report.Acknowledged && report.Acknowledged > 0);

        // A lock that had to expire first would delay every takeover; a busy host delays only an occasional one.
        Assert.InRange(report.Recoveries.Min(), TimeSpan.Zero, TakeoverRun.LongestTakeover);
    }
}
