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
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EngageLabEmulator other = await Trackers.StartEmulatorAsync();
        emulator.RespondWith(EmulatorBehavior.Respond(status).WithHeader("Location", new Uri(other.BaseAddress, "v1/event/report").ToString()));
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = true });
        using var clock = new PacedClock();
        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            clock.Drive(options);
            options.HttpClient = client;
        });

        tracker.Track(Trackers.Alice, new SignUp("pro", 3));
        FlushResult result = await clock.RunUntilAsync(tracker.FlushAsync(Trackers.Cancellation).AsTask());

        Assert.Equal(FlushOutcome.Blocked, result.Outcome);
        Assert.Equal(1, result.Outbox.Pending);
        Assert.Contains("followed a redirect", result.Problem, StringComparison.Ordinal);
        Assert.Contains("AllowAutoRedirect", result.Problem, StringComparison.Ordinal);
        Trackers.AssertAccountingInvariants(result, tracked: 1);
    }
}
