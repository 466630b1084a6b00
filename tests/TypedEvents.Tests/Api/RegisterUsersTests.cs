using TypedEvents.Emulator;

namespace TypedEvents.Tests;

public sealed class RegisterUsersTests
{
    [Fact]
    public async Task External_ids_become_euids_and_stay_the_same()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using EngageApi api = Trackers.CreateApi(emulator);

        UserRegistration first = await api.RegisterUsersAsync("user_id", ["ada", "grace", "ada"], Trackers.Cancellation);
        UserRegistration second = await api.RegisterUsersAsync("user_id", ["grace"], Trackers.Cancellation);

        Assert.Empty(first.Failed);
        Assert.Equal(["ada", "grace"], first.Euids.Keys.Order());
        Assert.Equal(first.Euids["grace"], second.Euids["grace"]);
        Assert.Equal(emulator.Users[new UserIdentity("user_id", "ada")], first.Euids["ada"].Value);
    }

    [Fact]
    public async Task More_than_100_ids_go_in_several_requests()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using EngageApi api = Trackers.CreateApi(emulator);
        string[] ids = [.. Enumerable.Range(0, 250).Select(i => $"user-{i}")];

        UserRegistration registration = await api.RegisterUsersAsync("anonymous_id", ids, Trackers.Cancellation);

        Assert.Equal(250, registration.Euids.Count);
        Assert.Equal(250, registration.Euids.Values.Distinct().Count());
        Assert.Equal(3, emulator.RequestCount);
    }

    [Fact]
    public async Task Ids_without_a_euid_are_named()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using EngageApi api = Trackers.CreateApi(emulator);
        emulator.OmitUsers(user => user.Value is "b" or "d");

        UserRegistration registration = await api.RegisterUsersAsync("registration_id", ["d", "a", "b", "c"], Trackers.Cancellation);

        Assert.Equal(["d", "b"], registration.Failed);
        Assert.Equal(["a", "c"], registration.Euids.Keys.Order());
    }

    [Fact]
    public async Task Ids_as_long_as_is_legal_fit_the_response_that_repeats_them()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using EngageApi api = Trackers.CreateApi(emulator);
        string[] ids = [.. Enumerable.Range(0, 100).Select(i => new string('用', 250) + $"{i:D6}")];

        UserRegistration registration = await api.RegisterUsersAsync("user_id", ids, Trackers.Cancellation);

        Assert.Equal(100, registration.Euids.Count);
    }

    [Fact]
    public async Task Only_ids_that_were_asked_for_count_and_of_two_results_for_one_the_first()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using EngageApi api = Trackers.CreateApi(emulator);
        emulator.Next(EmulatorBehavior.RespondRaw(200, "application/json", """
            {"code":0,"data":[{"identity_value":"mallory","euid":7},{"identity_value":"ada","euid":1},{"identity_value":"ada","euid":2}]}
            """));

        UserRegistration registration = await api.RegisterUsersAsync("user_id", ["ada", "grace"], Trackers.Cancellation);

        Assert.Equal([KeyValuePair.Create("ada", new Euid(1))], registration.Euids);
        Assert.Equal(["grace"], registration.Failed);
    }

    [Theory]
    [InlineData("{\"code\":40001,\"code\":0}", 40001)]
    [InlineData("{\"code\":0,\"code\":40001}", 40001)]
    [InlineData("{\"code\":40001,\"code\":50031}", 40001)]
    [InlineData("{\"code\":0,\"code\":\"0\"}", null)]
    [InlineData("{\"code\":null,\"code\":0}", null)]
    public async Task A_response_with_two_codes_is_no_success_unless_both_say_so(string json, int? code)
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using EngageApi api = Trackers.CreateApi(emulator);
        emulator.Next(EmulatorBehavior.RespondRaw(200, "application/json", json));

        EngageApiException exception = await Assert.ThrowsAsync<EngageApiException>(() => api.RegisterUsersAsync("user_id", ["ada"], Trackers.Cancellation));
        Assert.Equal(code, exception.Code);

        emulator.Next(EmulatorBehavior.RespondRaw(200, "application/json", "{\"code\":0,\"code\":0}"));
        Assert.Equal(["ada"], (await api.RegisterUsersAsync("user_id", ["ada"], Trackers.Cancellation)).Failed);
    }

    [Fact]
    public async Task A_rejected_request_is_an_exception_that_says_what_to_check()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using EngageApi api = Trackers.CreateApi(emulator, options => options.ApiKey = "another");
        EngageApiException exception = await Assert.ThrowsAsync<EngageApiException>(
            () => api.RegisterUsersAsync("user_id", ["ada"], Trackers.Cancellation));
        Assert.Equal(40050, exception.Code);
        Assert.Contains("ApiKey", exception.Message, StringComparison.Ordinal);
        Assert.Contains("/v1/user/register", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_ids_are_rejected_before_anything_is_sent()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using EngageApi api = Trackers.CreateApi(emulator);

        Assert.Contains("anonymous_id", (await RegisterWronglyAsync("email", "a@example.org")).Message, StringComparison.Ordinal);
        Assert.Contains("1 to 256", (await RegisterWronglyAsync("user_id", "")).Message, StringComparison.Ordinal);
        Assert.Contains("257 characters", (await RegisterWronglyAsync("user_id", new string('x', 257))).Message, StringComparison.Ordinal);
        Assert.Contains("surrogate", (await RegisterWronglyAsync("user_id", "anna-\uD83D")).Message, StringComparison.Ordinal);
        Assert.Empty(emulator.Requests);
        Assert.Empty((await api.RegisterUsersAsync("user_id", [], Trackers.Cancellation)).Euids);
        Assert.Single((await api.RegisterUsersAsync("user_id", [new string('x', 256)], Trackers.Cancellation)).Euids);

        async Task<ArgumentException> RegisterWronglyAsync(string kind, string id) =>
            await Assert.ThrowsAsync<ArgumentException>(() => api.RegisterUsersAsync(kind, [id], Trackers.Cancellation));
    }
}
