using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary>A given <see cref="HttpClient"/> that does what the tracker's own never does.</summary>
public sealed class GivenClientTests
{
    [Theory]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Where_it_follows_a_redirect_the_response_is_not_taken_for_the_one_of_EngageLab(int status)
    {
        await using EngageLabEmulator other = await Trackers.StartEmulatorAsync();
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = true });
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.HttpClient = client, new PacedClock());
        scenario.Emulator.RespondWith(EmulatorBehavior.Respond(status).WithHeader("Location", new Uri(other.BaseAddress, "v1/event/report").ToString()));

        scenario.Track(new SignUp("pro", 3));
        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(FlushOutcome.Blocked, result.Outcome);
        Assert.Equal(1, result.Outbox.Pending);
        Assert.Contains("followed a redirect", result.Problem, StringComparison.Ordinal);
        Assert.Contains("AllowAutoRedirect", result.Problem, StringComparison.Ordinal);
    }
}
