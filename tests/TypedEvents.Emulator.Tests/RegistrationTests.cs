using System.Net;

namespace TypedEvents.Emulator.Tests;

public sealed class RegistrationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> WrongBodies => new()
    {
        { "[]", "body" },
        { "{}", "body.identity_name" },
        { """{"identity_values":["a"]}""", "body.identity_name" },
        { """{"identity_name":"user_id"}""", "body.identity_values" },
        { """{"identity_name":"user_id","identity_values":["a"],"app_key":"b"}""", "body.app_key" },
        { """{"identity_name":"user_id","identity_name":"user_id","identity_values":["a"]}""", "body.identity_name" },
        { """{"identity_name":"User_id","identity_values":["a"]}""", "identity_name" },
        { """{"identity_name":"email","identity_values":["a"]}""", "identity_name" },
        { """{"identity_name":null,"identity_values":["a"]}""", "identity_name" },
        { """{"identity_name":"user_id","identity_values":"a"}""", "identity_values" },
        { """{"identity_name":"user_id","identity_values":[]}""", "identity_values" },
        { """{"identity_name":"user_id","identity_values":["a",1]}""", "identity_values[1]" },
        { """{"identity_name":"user_id","identity_values":["a",null]}""", "identity_values[1]" },
        { """{"identity_name":"user_id","identity_values":[""]}""", "identity_values[0]" },
        { """{"identity_name":"user_id","identity_values":["\ud800"]}""", "identity_values[0]" },
        { Registration("user_id", new string('a', 257)), "identity_values[0]" },
        { Registration("user_id", [.. Enumerable.Repeat("a", 101)]), "identity_values" },
    };

    [Theory]
    [MemberData(nameof(WrongBodies))]
    public async Task An_invalid_body_is_rejected_with_the_place_of_the_error(string body, string place)
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);

        EmulatorClient.Reply reply = await client.AskAsync(EmulatorClient.Post(EmulatorClient.Register, body));

        reply.IsRejection(HttpStatusCode.BadRequest, EmulatorCodes.InvalidBody);
        Assert.StartsWith($"{place}: ", reply.Message, StringComparison.Ordinal);
        Assert.Empty(emulator.Users);
    }

    [Theory]
    [InlineData("user_id")]
    [InlineData("anonymous_id")]
    [InlineData("registration_id")]
    public async Task A_user_gets_one_permanent_EUID(string name)
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);
        string longest = new('a', 256);

        EmulatorClient.Reply first = await client.AskAsync(EmulatorClient.Post(EmulatorClient.Register, Registration(name, "18012345678", longest)));
        EmulatorClient.Reply second = await client.AskAsync(EmulatorClient.Post(EmulatorClient.Register, Registration(name, "18012345678")));

        long euid = emulator.Users[new UserIdentity(name, "18012345678")];
        long other = emulator.Users[new UserIdentity(name, longest)];
        Assert.True(euid > int.MaxValue && other > int.MaxValue && euid != other);
        Assert.Equal(
            $$"""{"code":0,"message":"success","data":[{"identity_value":"18012345678","euid":{{euid}}},{"identity_value":"{{longest}}","euid":{{other}}}]}""",
            first.Body);
        Assert.Equal($$"""{"code":0,"message":"success","data":[{"identity_value":"18012345678","euid":{{euid}}}]}""", second.Body);
    }

    [Fact]
    public async Task The_same_id_of_another_kind_is_another_user()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);

        await client.AskAsync(EmulatorClient.Post(EmulatorClient.Register, Registration("user_id", [.. Enumerable.Repeat("a", 100)])));
        await client.AskAsync(EmulatorClient.Post(EmulatorClient.Register, Registration("anonymous_id", "a")));

        Assert.Equal(2, emulator.Users.Values.Distinct().Count());
    }

    [Fact]
    public async Task Users_can_be_omitted_as_in_a_partial_success()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);
        emulator.OmitUsers(user => user.Value == "b");

        EmulatorClient.Reply reply = await client.AskAsync(EmulatorClient.Post(EmulatorClient.Register, Registration("user_id", "a", "b", "c")));

        reply.IsSuccess();
        Assert.DoesNotContain("\"b\"", reply.Body, StringComparison.Ordinal);
        Assert.Equal(["a", "c"], emulator.Users.Keys.Select(user => user.Value).Order());

        emulator.OmitUsers(null);
        reply = await client.AskAsync(EmulatorClient.Post(EmulatorClient.Register, Registration("user_id", "b")));
        Assert.Contains("\"b\"", reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Users_can_be_rejected()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);
        emulator.RejectUsers(user => user.Value == "b", status: 200, code: 55102, message: "invalid");

        EmulatorClient.Reply rejected = await client.AskAsync(EmulatorClient.Post(EmulatorClient.Register, Registration("user_id", "a", "b")));
        EmulatorClient.Reply accepted = await client.AskAsync(EmulatorClient.Post(EmulatorClient.Register, Registration("user_id", "c")));

        Assert.Equal("""{"code":55102,"message":"invalid"}""", rejected.Body);
        accepted.IsSuccess();
        Assert.Equal("c", Assert.Single(emulator.Users).Key.Value);
    }

    private static string Registration(string name, params string[] values) =>
        $$"""{"identity_name":"{{name}}","identity_values":[{{string.Join(',', values.Select(value => $"\"{value}\""))}}]}""";
}
