using System.Text;
using System.Text.Json;

namespace TypedEvents.Tests;

/// <summary>The bodies of responses are read as System.Text.Json's reader reads them.</summary>
public sealed class ResponseReaderTests
{
    private static readonly string[] Bodies =
    [
        """{"code":0,"message":"success","data":[]}""",
        """{ "code" : 40007 , "message" : "an EUID is missing" , "data" : null }""",
        """{"code":0,"data":[{"identity_value":"anna","euid":10000091198},{"identity_value":"b\u00f6rn \ud83d\ude00","euid":2,"more":[1,{"a":[true,false,null]}]}]}""",
        """{"co\u0064e":-12,"message":"a \"quoted\" \\ \/ \b\f\n\r\t \u20AC €😀","extra":{"code":5,"deep":[[[[]]]]}}""",
        """{"code":1.0,"message":7,"data":{"identity_value":"x","euid":1}}""",
        """{"code":0,"code":50034,"code":1e3,"message":"\ud800","data":[5,[],"x",{"euid":9223372036854775807,"identity_value":"last"},{"euid":9223372036854775808,"identity_value":"beyond"}]}""",
        """{"code":-0,"message":null,"numbers":[0,-1,0.5,1E+10,1e-7,123456789012345678901234567890]}""",
    ];

    private static readonly byte[] Alphabet = [.. "{}[]:,\"\\/ \t\r\n\0\u001f0123456789+-.eEtrufalsn"u8, 0x80, 0xC3, 0xA4, 0xED, 0xA0, 0xF0, 0xFF];

    [Fact]
    public void Bodies_are_read_as_System_Text_Json_reads_them()
    {
        foreach (string body in Bodies)
        {
            AssertSame(Encoding.UTF8.GetBytes(body));
        }
    }

    [Fact]
    public void Damaged_bodies_are_read_as_System_Text_Json_reads_them()
    {
        var random = new Random(20261130);
        for (int i = 0; i < 20_000; i++)
        {
            List<byte> body = [.. Encoding.UTF8.GetBytes(Bodies[random.Next(Bodies.Length)])];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                int at = random.Next(body.Count);
                switch (random.Next(4))
                {
                    case 0:
                        body[at] = Alphabet[random.Next(Alphabet.Length)];
                        break;
                    case 1:
                        body.Insert(at, Alphabet[random.Next(Alphabet.Length)]);
                        break;
                    case 2 when body.Count > 1:
                        body.RemoveAt(at);
                        break;
                    default:
                        // A piece of it again, at another place.
                        body.InsertRange(at, body.GetRange(random.Next(body.Count), 1).Concat(body.GetRange(at, Math.Min(random.Next(20), body.Count - at))).ToArray());
                        break;
                }
            }

            AssertSame([.. body]);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{\"code\":0")]
    [InlineData("{\"code\":0}}")]
    [InlineData("{\"code\":0,}")]
    [InlineData("{,\"code\":0}")]
    [InlineData("{\"code\":00}")]
    [InlineData("{\"code\":0,\"a\":[1,]}")]
    [InlineData("{\"code\":0,\"a\":\"\t\"}")]
    [InlineData("{\"code\":0,\"a\":\"\\u12G4\"}")]
    [InlineData("{\"code\":0,\"a\":truE}")]
    [InlineData("{\"code\":0} // a comment")]
    public void What_is_not_a_JSON_object_has_no_code(string body)
    {
        AssertSame(Encoding.UTF8.GetBytes(body));
        Assert.Null(ResponseReader.Parse(new EngageResponse(), Encoding.UTF8.GetBytes(body)).Code);
    }

    [Theory]
    [InlineData(63, 0)]
    [InlineData(64, null)]
    [InlineData(1_000_000, null)]
    public void A_deeply_nested_body_does_not_exhaust_the_stack(int depth, int? code)
    {
        byte[] body = Encoding.UTF8.GetBytes($$"""{"a":{{new string('[', depth)}}{{new string(']', depth)}},"code":0}""");

        AssertSame(body);
        Assert.Equal(code, ResponseReader.Parse(new EngageResponse(), body).Code);
    }

    private static void AssertSame(byte[] body)
    {
        if (Read(body) is not { } expected)
        {
            return;
        }

        EngageResponse response = ResponseReader.Parse(new EngageResponse(), body);
        string actual = Describe(response.Code, response.Message, response.Users);
        Assert.True(expected == actual, $"{Encoding.UTF8.GetString(body)}: expected {expected}, but was {actual}");
    }

    private static string Describe(int? code, string? message, IEnumerable<KeyValuePair<string, Euid>> users) =>
        $"{code}|{message ?? "null"}|{string.Join(',', users.Select(user => $"{user.Key}={user.Value.Value}"))}";

    /// <summary>Reads a body with System.Text.Json. <see langword="null"/>: a name has half of a surrogate pair, so that it depends on what it is compared with.</summary>
    private static string? Read(byte[] body)
    {
        int? code = null;
        bool hasCode = false;
        string? message = null;
        List<KeyValuePair<string, Euid>> users = [];
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return Describe(null, null, []);
            }

            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                switch (property.Name)
                {
                    case "code":
                        int? one = property.Value.ValueKind == JsonValueKind.Number && property.Value.TryGetInt32(out int number) ? number : null;
                        code = !hasCode || code == one ? one : code is not (null or 0) ? code : one is not (null or 0) ? one : null;
                        hasCode = true;
                        break;
                    case "message":
                        message = Text(property.Value);
                        break;
                    case "data":
                        users.Clear();
                        if (property.Value.ValueKind == JsonValueKind.Array)
                        {
                            users.AddRange(property.Value.EnumerateArray().Where(user => user.ValueKind == JsonValueKind.Object).SelectMany(User));
                        }

                        break;
                }
            }
        }
        catch (JsonException)
        {
            return Describe(null, null, []);
        }
        catch (InvalidOperationException)
        {
            return null;
        }

        return Describe(code, message, users);
    }

    private static IEnumerable<KeyValuePair<string, Euid>> User(JsonElement user)
    {
        string? identity = null;
        long id = 0;
        foreach (JsonProperty property in user.EnumerateObject())
        {
            if (property.Name == "identity_value")
            {
                identity = Text(property.Value);
            }
            else if (property.Name == "euid" && !(property.Value.ValueKind == JsonValueKind.Number && property.Value.TryGetInt64(out id)))
            {
                id = 0;
            }
        }

        return identity is not null && Euid.TryCreate(id, out Euid euid) ? [new(identity, euid)] : [];
    }

    private static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
