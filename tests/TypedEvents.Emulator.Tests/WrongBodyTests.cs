using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace TypedEvents.Emulator.Tests;

/// <summary>Each rule for a report's body, violated once, and the nearest body that is still valid.</summary>
public sealed partial class WrongBodyTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> WrongBodies => new()
    {
        // The body.
        { "", "body" },
        { "nonsense", "body" },
        { "null", "body" },
        { "[]", "body" },
        { "\"data\"", "body" },
        { """{"data":[{"euid":1,"event_name":"a","itime":1}]""", "body" },
        { """{"data":[{"euid":1,"event_name":"a","itime":1}]}}""", "body" },
        { """{"data":[{"euid":1,"event_name":"a","itime":1},]}""", "body" },
        { """{"data":[{"euid":1,"event_name":"a","itime":1}]/* no */}""", "body" },
        { "\uFEFF" + """{"data":[{"euid":1,"event_name":"a","itime":1}]}""", "body" },
        { """{"data":[{"euid":1,"event_name":"a","itime":1}],"more":1}""", "body.more" },
        { """{"data":[{"euid":1,"event_name":"a","itime":1}],"Data":[]}""", "body.Data" },
        { """{"data":[{"euid":1,"event_name":"a","itime":1}],"data":[]}""", "body.data" },
        { """{"data":[{"euid":1,"event_name":"a","itime":1}],"\u0064ata":[]}""", "body.data" },

        // app_key.
        { """{"app_key":1,"data":[{"euid":1,"event_name":"a","itime":1}]}""", "app_key" },
        { """{"app_key":null,"data":[{"euid":1,"event_name":"a","itime":1}]}""", "app_key" },
        { """{"app_key":"","data":[{"euid":1,"event_name":"a","itime":1}]}""", "app_key" },

        // data.
        { "{}", "body.data" },
        { """{"data":null}""", "data" },
        { """{"data":{"euid":1,"event_name":"a","itime":1}}""", "data" },
        { """{"data":[]}""", "data" },
        { """{"data":[1]}""", "data[0]" },
        { """{"data":[{"euid":1,"event_name":"a","itime":1},null]}""", "data[1]" },
        { """{"data":[{"euid":1,"event_name":"a","itime":1},[]]}""", "data[1]" },

        // An event.
        { Event("""{}"""), "data[0].euid" },
        { Event("""{"euid":1,"event_name":"a","itime":1,"name":"a"}"""), "data[0].name" },
        { Event("""{"euid":1,"event_name":"a","itime":1,"Properties":{}}"""), "data[0].Properties" },
        { Event("""{"euid":1,"event_name":"a","itime":1,"itime":1}"""), "data[0].itime" },
        { Event("""{"euid":1,"event_name":"a","itime":1,"\ud800":1}"""), "data[0]" },

        // euid.
        { Event("""{"event_name":"a","itime":1}"""), "data[0].euid" },
        { WithEuid("null"), "data[0].euid" },
        { WithEuid("\"\""), "data[0].euid" },
        { WithEuid("\"1\""), "data[0].euid" },
        { WithEuid("0"), "data[0].euid" },
        { WithEuid("-1"), "data[0].euid" },
        { WithEuid("1.0"), "data[0].euid" },
        { WithEuid("1e2"), "data[0].euid" },
        { WithEuid("9223372036854775808"), "data[0].euid" },
        { WithEuid("true"), "data[0].euid" },
        { WithEuid("01"), "body" },

        // event_name.
        { Event("""{"euid":1,"itime":1}"""), "data[0].event_name" },
        { WithName("null"), "data[0].event_name" },
        { WithName("1"), "data[0].event_name" },
        { WithName("\"\""), "data[0].event_name" },
        { WithName("\"Login\""), "data[0].event_name" },
        { WithName("\"logIn\""), "data[0].event_name" },
        { WithName("\"1login\""), "data[0].event_name" },
        { WithName("\"_login\""), "data[0].event_name" },
        { WithName("\"log-in\""), "data[0].event_name" },
        { WithName("\"log in\""), "data[0].event_name" },
        { WithName("\"login\\n\""), "data[0].event_name" },
        { WithName("\"caf\u00e9\""), "data[0].event_name" },
        { WithName("\"login\u0661\""), "data[0].event_name" },

        // itime.
        { Event("""{"euid":1,"event_name":"a"}"""), "data[0].itime" },
        { WithTime("null"), "data[0].itime" },
        { WithTime("\"1\""), "data[0].itime" },
        { WithTime("1.5"), "data[0].itime" },
        { WithTime("1.0"), "data[0].itime" },
        { WithTime("1E3"), "data[0].itime" },
        { WithTime("9223372036854775808"), "data[0].itime" },

        // random_id.
        { WithId("null"), "data[0].random_id" },
        { WithId("1"), "data[0].random_id" },
        { WithId("\"\""), "data[0].random_id" },
        { WithId("\"\\udc00\""), "data[0].random_id" },

        // properties.
        { WithProperties("null"), "data[0].properties" },
        { WithProperties("[]"), "data[0].properties" },
        { WithProperties("\"{}\""), "data[0].properties" },
        { WithProperties("""{"plan":null}"""), "data[0].properties.plan" },
        { WithProperties("""{"plan":{}}"""), "data[0].properties.plan" },
        { WithProperties("""{"plan":[1]}"""), "data[0].properties.plan[0]" },
        { WithProperties("""{"plan":["a",null]}"""), "data[0].properties.plan[1]" },
        { WithProperties("""{"plan":["a",["b"]]}"""), "data[0].properties.plan[1]" },
        { WithProperties("""{"plan":[true]}"""), "data[0].properties.plan[0]" },
        { WithProperties("""{"plan":["\ud83d"]}"""), "data[0].properties.plan[0]" },
        { WithProperties("""{"plan":"\ud83d"}"""), "data[0].properties.plan" },
        { WithProperties("""{"plan":NaN}"""), "body" },
        { WithProperties("""{"plan":1,"plan":1}"""), "data[0].properties.plan" },
        { WithProperties("""{"plan":1,"pl\u0061n":1}"""), "data[0].properties.plan" },
        { WithProperties("""{"":1}"""), "data[0].properties." },
    };

    public static TheoryData<string> RightBodies => new()
    {
        " \r\n\t" + Event("""{"euid":1,"event_name":"a","itime":1}""") + "\n",
        """{"data":[{"euid":1,"event_name":"a","itime":1}],"app_key":"any"}""",
        Event("""{"itime":1,"event_name":"a","euid":            1}"""),
        Event("""{"euid":1,"event_name":"a","itime":1,"properties":{}}"""),
        WithEuid("9223372036854775807"),
        WithName("\"a\""),
        WithName("\"a_9_\""),
        WithName("\"\\u0061\""),
        WithName($"\"{new string('a', 50)}\""),
        WithName("\"el_a\""),
        WithTime("0"),
        WithTime("-1"),
        WithId("\"not a guid\""),
        WithProperties("""{"plan":""}"""),
        WithProperties("""{"plan":[]}"""),
        WithProperties("""{"plan":["",""]}"""),
        WithProperties("""{"plan":true,"Plan":false,"PLAN":1.5e300,"p l-a\u006e":-0.0}"""),
        WithProperties("""{"plan":"\ud83d\ude00\u0000"}"""),
        WithProperties($$"""{"plan":"{{new string('x', 1000)}}"}"""),
        WithProperties($$"""{{{string.Join(',', Enumerable.Range(0, 501).Select(index => $"\"p{index}\":1"))}}}"""),
    };

    [Theory]
    [MemberData(nameof(WrongBodies))]
    public async Task An_invalid_body_is_rejected_with_the_place_of_the_error(string body, string place)
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);

        EmulatorClient.Reply reply = await client.AskAsync(EmulatorClient.Post(EmulatorClient.Report, body));

        reply.IsRejection(HttpStatusCode.BadRequest, EmptyEuid().IsMatch(body) ? EmulatorCodes.EmptyEuid : EmulatorCodes.InvalidBody);
        Assert.StartsWith($"{place}: ", reply.Message, StringComparison.Ordinal);
        Assert.Empty(emulator.Events);
        Assert.Empty(Assert.Single(emulator.Requests).Events);
    }

    [Theory]
    [MemberData(nameof(RightBodies))]
    public async Task A_body_just_within_the_rules_is_accepted(string body)
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);

        (await client.AskAsync(EmulatorClient.Post(EmulatorClient.Report, body))).IsSuccess();

        Assert.Single(emulator.Events);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'{', 0, (byte)'}', 0 })]
    [InlineData(new byte[] { (byte)'{', (byte)'"', 0xC0, 0x80, (byte)'"', (byte)':', (byte)'1', (byte)'}' })]
    public async Task Bytes_that_are_not_UTF8_are_rejected(byte[] body)
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);

        EmulatorClient.Reply reply = await client.AskAsync(EmulatorClient.Post(EmulatorClient.Report, body));

        reply.IsRejection(HttpStatusCode.BadRequest, EmulatorCodes.InvalidBody);
        Assert.Equal("body: must be UTF-8.", reply.Message);
    }

    [Theory]
    [InlineData("event_name", 49, true)]
    [InlineData("event_name", 50, false)]
    [InlineData("el_name", 1, false)]
    [InlineData("engagelabs", 1, false)]
    [InlineData("metaverse", 1, false)]
    [InlineData("el", 1, true)]
    public async Task The_client_SDKs_limits_for_event_names_are_optional(string name, int length, bool isAccepted) =>
        await CheckClientSdkLimitsAsync(WithName($"\"{name.PadRight(length, 'x')}\""), isAccepted);

    [Theory]
    [InlineData("plan_2", "\"pro\"", true)]
    [InlineData("planName", "\"pro\"", false)]
    [InlineData("2plan", "\"pro\"", false)]
    [InlineData("el_plan", "\"pro\"", false)]
    [InlineData("a2345678901234567890123456789012345678901234567890", "1", false)]
    [InlineData("plan", "\"é128\"", true)]
    [InlineData("plan", "\"é129\"", false)]
    [InlineData("plan", "[\"a\",\"é128\"]", true)]
    [InlineData("plan", "[\"a\",\"é129\"]", false)]
    public async Task The_client_SDKs_limits_for_properties_are_optional(string name, string value, bool isAccepted)
    {
        string letters = Letters().Replace(value, count => new string('é', int.Parse(count.Groups[1].ValueSpan, provider: null)));
        await CheckClientSdkLimitsAsync(WithProperties($$"""{"{{name}}":{{letters}}}"""), isAccepted);
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(501, false)]
    public async Task The_client_SDKs_limit_for_the_number_of_properties_is_optional(int count, bool isAccepted) =>
        await CheckClientSdkLimitsAsync(
            WithProperties($$"""{{{string.Join(',', Enumerable.Range(0, count).Select(index => $"\"p{index}\":1"))}}}"""), isAccepted);

    private static async Task CheckClientSdkLimitsAsync(string body, bool isAccepted)
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(new() { ClientSdkLimits = true }, Cancellation);
        using var client = new EmulatorClient(emulator);

        EmulatorClient.Reply reply = await client.AskAsync(EmulatorClient.Post(EmulatorClient.Report, Encoding.UTF8.GetBytes(body)));

        Assert.Equal(isAccepted, reply.Status == HttpStatusCode.OK);
        Assert.Equal(!isAccepted, reply.Message.EndsWith("(client SDKs)", StringComparison.Ordinal));
    }

    private static string Event(string json) => $$"""{"data":[{{json}}]}""";

    private static string WithEuid(string value) => Event($$"""{"euid":{{value}},"event_name":"a","itime":1}""");

    private static string WithName(string value) => Event($$"""{"euid":1,"event_name":{{value}},"itime":1}""");

    private static string WithTime(string value) => Event($$"""{"euid":1,"event_name":"a","itime":{{value}}}""");

    private static string WithId(string value) => Event($$"""{"euid":1,"event_name":"a","itime":1,"random_id":{{value}}}""");

    private static string WithProperties(string value) => Event($$"""{"euid":1,"event_name":"a","itime":1,"properties":{{value}}}""");

    // The first event has no EUID, or an empty one.
    [GeneratedRegex("""^\{"data":\[\{(\}|"event_name"|"euid":(null|""))""")]
    private static partial Regex EmptyEuid();

    [GeneratedRegex("é([0-9]+)")]
    private static partial Regex Letters();
}
