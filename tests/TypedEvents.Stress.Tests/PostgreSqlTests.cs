namespace TypedEvents.Stress.Tests;

/// <summary>
/// Three processes share one PostgreSQL, and each kind of fault happens once. <c>eng/stress postgresql</c> goes on for minutes, and promotes a
/// standby.
/// </summary>
public sealed class PostgreSqlTests
{
    [Fact]
    public async Task Faults_of_processes_network_and_server_lose_no_acknowledged_event_and_keep_each_users_order()
    {
        int seed = Environment.TickCount;
        PostgreSqlReport report = await new PostgreSqlSoak(ChildHost.Jit, seed).RunAsync(TimeSpan.Zero, Enum.GetValues<PostgreSqlFault>());
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}, {report}");

        Assert.True(report.Events.IsClean, $"Seed {seed}: {report}");
        Assert.True(report.Events.Delivered + report.Events.DeadLetters >= report.Events.Acknowledged && report.Events.Acknowledged > 100);
        Assert.True(report.Events.DeadLetters > 0, "No event was rejected, so no evidence was judged.");
        Assert.All(Enum.GetValues<PostgreSqlFault>(), fault => Assert.Equal(1, report.Count(fault)));
    }
}
