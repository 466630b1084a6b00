using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary>A given <see cref="HttpClient"/> that does what the tracker's own never does.</summary>
public sealed class GivenClientTests
{
    [Theory]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task The_response_of_a_redirect_that_it_followed_is_not_treated_as_EngageLabs(int status)
    {
        await using EngageLabEmulator other = await Trackers.StartEmulatorAsync();
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = true });
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.HttpClient = client, new PacedClock());
        scenario.Emulator.RespondWith(EmulatorBehavior.Respond(status).WithHeader("Location", new Uri(other.BaseAddress, "v1/event/report").ToString()));

        scenario.Track(new SignUp("pro", 3));
        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(FlushOutcome.Blocked, result.Outcome);
        Assert.Equal(1, result.Outbox!.Pending);
        Assert.Contains("followed a redirect", result.Problem, StringComparison.Ordinal);
        Assert.Contains("AllowAutoRedirect", result.Problem, StringComparison.Ordinal);
    }
}
