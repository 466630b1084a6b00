using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary>More users wait for their EUID than are kept in memory.</summary>
public sealed class ManyUnknownUsersTests
{
    private const int Users = 95;

    [Fact]
    public async Task They_are_asked_for_as_far_as_there_is_room_and_all_arrive()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options => options.UserCacheSize = 10);
        for (int i = 0; i < Users * 2; i++)
        {
            tracker.Track(EngageUser.UserId($"user-{i % Users}"), new PageViewed($"/{i}"));
        }

        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);

        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal(Users * 2, emulator.Events.Count);
        Assert.Equal(Users, emulator.Events.Select(received => received.Euid).Distinct().Count());
        int[] sizes = [.. emulator.Requests.Where(request => request.Path.EndsWith("register", StringComparison.Ordinal)).Select(CountOfIds)];
        Assert.All(sizes, size => Assert.InRange(size, 1, 10));
        Trackers.AssertAccountingInvariants(result, tracked: Users * 2);
    }

    private static int CountOfIds(ReceivedRequest request)
    {
        using var body = System.Text.Json.JsonDocument.Parse(request.Body);
        return body.RootElement.GetProperty("identity_values").GetArrayLength();
    }
}
