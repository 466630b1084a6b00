using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary>More users are pending registration than the cache holds.</summary>
public sealed class ManyUnknownUsersTests
{
    private const int Users = 95;

    [Fact]
    public async Task They_are_registered_as_far_as_there_is_room_and_all_events_arrive()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.UserCacheSize = 10);
        for (int i = 0; i < Users * 2; i++)
        {
            scenario.Track(EngageUser.UserId($"user-{i % Users}"), new PageViewed($"/{i}"));
        }

        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal(Users * 2, scenario.Emulator.Events.Count);
        Assert.Equal(Users, scenario.Emulator.Events.Select(received => received.Euid).Distinct().Count());
        int[] sizes = [.. scenario.Emulator.Requests.Where(request => request.Path.EndsWith("register", StringComparison.Ordinal)).Select(CountOfIds)];
        Assert.All(sizes, size => Assert.InRange(size, 1, 10));
    }

    private static int CountOfIds(ReceivedRequest request)
    {
        using var body = System.Text.Json.JsonDocument.Parse(request.Body);
        return body.RootElement.GetProperty("identity_values").GetArrayLength();
    }
}
