using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary>The tracker's own client follows no redirects: events and credentials are sent to the base address only.</summary>
public sealed class OwnClientRedirectTests
{
    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Nothing_is_sent_to_the_target_of_a_redirect(int status)
    {
        await using EngageLabEmulator elsewhere = await Trackers.StartEmulatorAsync();
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.HttpClient = null, new PacedClock());
        scenario.Emulator.RespondWith(request => EmulatorBehavior.Respond(status).WithHeader("Location", new Uri(elsewhere.BaseAddress, request.Path).AbsoluteUri));
        scenario.Track(new PageViewed("/"));
        scenario.Track(EngageUser.UserId("ada"), new PageViewed("/"));

        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(FlushOutcome.Blocked, result.Outcome);
        Assert.Contains("Redirects are not followed", result.Problem, StringComparison.Ordinal);
        Assert.Equal(0, elsewhere.RequestCount);
        Assert.Contains(scenario.Emulator.Requests, request => request.Path == "/v1/event/report");
        Assert.Contains(scenario.Emulator.Requests, request => request.Path == "/v1/user/register");
        Assert.Equal(2, result.Outbox!.Pending);
    }
}
