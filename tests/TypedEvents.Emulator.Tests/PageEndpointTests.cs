using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace TypedEvents.Emulator.Tests;

/// <summary>What the live page reads from the emulator, and who may read it. The page itself is tested in a browser.</summary>
public sealed class PageEndpointTests
{
    private const string Root = "_typedevents/";

    private const string Plan = """
        {
          "plan": 1,
          "events": {
            "trial_started": {
              "owner": "@acme/growth",
              "type": "Acme.Billing.TrialStarted",
              "properties": {
                "company": { "type": "string", "required": true, "minLength": 2 },
                "plan": { "type": "string", "required": true, "values": ["free", "pro"] },
                "seats": { "type": "integer", "min": 1, "max": 100 },
                "campaign": { "type": "string", "pattern": "[a-z]+" },
                "interests": { "type": "string[]", "maxItems": 2 },
                "started_at": { "type": "string", "format": "date-time" }
              }
            },
            "order_placed": { "properties": { "total": { "type": "number", "required": true } } }
          },
          "source": { "trial_started": { "file": "src/Events.cs", "line": 12, "sent": [ { "file": "src/Trials.cs", "line": 88, "in": "X" } ] } }
        }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_the_option_there_is_no_page()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);

        Assert.Null(emulator.PageAddress);
        foreach (string path in new[] { "", Root, Root + "events", Root + "stream" })
        {
            using HttpResponseMessage response = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, path));
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }

        Assert.Equal(4, emulator.RequestCount);
    }

    [Fact]
    public async Task The_page_and_its_requests_are_no_requests_of_the_emulator()
    {
        await using EngageLabEmulator emulator = await StartAsync();
        using var client = new EmulatorClient(emulator);
        emulator.Next(EmulatorBehavior.Respond(503));

        using HttpResponseMessage page = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, ""));

        Assert.Equal(emulator.PageAddress, page.RequestMessage!.RequestUri);
        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
        Assert.Equal(0, emulator.RequestCount);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReportAsync(client, EmulatorClient.Event()));
    }

    [Fact]
    public async Task Everything_that_the_page_loads_is_at_most_40_KB_compressed()
    {
        await using EngageLabEmulator emulator = await StartAsync();
        using var client = new EmulatorClient(emulator);
        long total = 0;
        foreach (string name in new[] { "", "page.css", "icon.svg", "main.js", "store.js", "format.js", "details.js", "tabs.js", "vendor/lit-html.js" })
        {
            using HttpResponseMessage response = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, Root + name));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            using var target = new MemoryStream();
            using (var gzip = new GZipStream(target, CompressionLevel.SmallestSize, leaveOpen: true))
            {
                gzip.Write(await response.Content.ReadAsByteArrayAsync(Cancellation));
            }

            total += target.Length;
        }

        Assert.InRange(total, 10_000, 40 * 1024);
    }

    [Theory]
    [InlineData(Root)]
    [InlineData(Root + "main.js")]
    [InlineData(Root + "events")]
    [InlineData(Root + "nothing")]
    public async Task Every_response_has_a_content_security_policy_and_no_CORS(string path)
    {
        await using EngageLabEmulator emulator = await StartAsync();
        using var client = new EmulatorClient(emulator);

        using HttpResponseMessage response = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

        string policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("require-trusted-types-for 'script'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("GET", "events")]
    [InlineData("GET", "stream")]
    [InlineData("GET", "users")]
    [InlineData("GET", "requests")]
    [InlineData("POST", "behavior")]
    [InlineData("DELETE", "events")]
    public async Task Other_origins_and_hosts_are_rejected(string method, string path)
    {
        await using EngageLabEmulator emulator = await StartAsync();
        using var client = new EmulatorClient(emulator);
        await ReportAsync(client, EmulatorClient.Event());
        (string Name, string Value, HttpStatusCode Status)[] foreign =
        [
            ("Origin", "http://evil.example", HttpStatusCode.Forbidden),
            ("Origin", "null", HttpStatusCode.Forbidden),
            ("Origin", "http://127.0.0.1:1", HttpStatusCode.Forbidden),
            ("Origin", emulator.BaseAddress.GetLeftPart(UriPartial.Authority).Replace("http:", "https:", StringComparison.Ordinal), HttpStatusCode.Forbidden),
            ("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden),
            ("Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden),
            ("Host", $"evil.example:{emulator.BaseAddress.Port}", HttpStatusCode.MisdirectedRequest),
        ];
        foreach ((string name, string value, HttpStatusCode status) in foreign)
        {
            using HttpRequestMessage request = Behavior(method, path);
            request.Headers.TryAddWithoutValidation(name, value);
            using HttpResponseMessage response = await client.SendAsync(request);
            Assert.Equal(status, response.StatusCode);
            Assert.DoesNotContain("login", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        }

        Assert.Equal(1, (await JsonAsync(client, "events")).GetProperty("rows").GetArrayLength());
        Assert.Equal(HttpStatusCode.OK, await ReportAsync(client, EmulatorClient.Event()));
    }

    [Theory]
    [InlineData("GET", "behavior", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "events", HttpStatusCode.MethodNotAllowed)]
    [InlineData("PUT", "events", HttpStatusCode.MethodNotAllowed)]
    [InlineData("OPTIONS", "behavior", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "stream", HttpStatusCode.MethodNotAllowed)]
    public async Task Nothing_is_changed_by_another_method(string method, string path, HttpStatusCode status)
    {
        await using EngageLabEmulator emulator = await StartAsync();
        using var client = new EmulatorClient(emulator);
        await ReportAsync(client, EmulatorClient.Event());

        using HttpResponseMessage response = await client.SendAsync(Behavior(method, path + "?through=1"));

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(1, (await JsonAsync(client, "events")).GetProperty("rows").GetArrayLength());
        Assert.Equal(HttpStatusCode.OK, await ReportAsync(client, EmulatorClient.Event()));
    }

    [Theory]
    [InlineData("", "3 2 1")]
    [InlineData("event=sign_up", "3 1")]
    [InlineData("event=sign", "")]
    [InlineData("status=ok", "2 1")]
    [InlineData("status=repeated", "3")]
    [InlineData("search=CAFÉ", "2")]
    [InlineData("search=pro", "3 1")]
    [InlineData("search=user-", "3 1")]
    [InlineData("search=properties", "")]
    [InlineData("search=random_id", "")]
    [InlineData("user=user-7", "3 1")]
    [InlineData("user=5", "2")]
    [InlineData("after=1", "3 2")]
    [InlineData("take=1", "3")]
    [InlineData("before=3", "2 1")]
    [InlineData("before=3&take=1", "2")]
    [InlineData("from=1000&to=2000", "")]
    [InlineData("to=9999999999999", "3 2 1")]
    public async Task Filters_apply_to_everything_that_is_stored(string query, string expected)
    {
        await using EngageLabEmulator emulator = await StartAsync();
        using var client = new EmulatorClient(emulator);
        (await client.AskAsync(EmulatorClient.Post(EmulatorClient.Register, """{"identity_name":"user_id","identity_values":["user-7"]}"""))).IsSuccess();
        string signUp = """{"euid":10000091198,"event_name":"sign_up","itime":2,"random_id":"a","properties":{"plan":"pro"}}""";
        await ReportAsync(client, signUp);
        await ReportAsync(client, """{"euid":5,"event_name":"login","itime":2,"properties":{"place":"caf\u00e9"}}""");
        await ReportAsync(client, signUp);

        JsonElement rows = (await JsonAsync(client, "events?" + query)).GetProperty("rows");
        Assert.Equal(expected, string.Join(' ', rows.EnumerateArray().Select(row => row.GetProperty("sequence").GetInt64())));

        if (!query.Contains("before", StringComparison.Ordinal) && !query.Contains("take", StringComparison.Ordinal))
        {
            long sequence = 0;
            IEnumerable<long> index = (await JsonAsync(client, "events/index?" + query)).GetProperty("sequences").EnumerateArray().Select(difference => sequence += difference.GetInt64());
            Assert.Equal(expected, string.Join(' ', index.Reverse()));
        }
    }

    [Fact]
    public async Task Rejected_repeated_and_conflicting_events_are_rows_of_their_own()
    {
        await using EngageLabEmulator emulator = await StartAsync();
        using var client = new EmulatorClient(emulator);
        await ReportAsync(client, EmulatorClient.Event(id: "a"));
        await ReportAsync(client, EmulatorClient.Event(id: "a"));
        await ReportAsync(client, EmulatorClient.Event("other", id: "a"));
        emulator.RejectEvents(_ => true, 400, 55102, "no");
        await ReportAsync(client, EmulatorClient.Event(id: "b"));
        emulator.Next(EmulatorBehavior.Respond(503));
        await ReportAsync(client, EmulatorClient.Event(id: "c"));
        (await client.AskAsync(EmulatorClient.Post(EmulatorClient.Report, "{}"))).IsRejection(HttpStatusCode.BadRequest, EmulatorCodes.InvalidBody);

        JsonElement[] rows = [.. (await JsonAsync(client, "events")).GetProperty("rows").EnumerateArray().Reverse()];

        Assert.Equal(
            [("ok", 1, null), ("repeated", 2, null), ("conflict", 3, null), ("rejected", 0, 400), ("rejected", 0, 503)],
            rows.Select(row => (row.GetProperty("status").GetString(), row.GetProperty("ordinal").GetInt32(), row.GetProperty("http") is { ValueKind: JsonValueKind.Number } http ? http.GetInt32() : (int?)null)));
        Assert.Equal(55102, rows[3].GetProperty("code").GetInt32());
        JsonElement counts = (await BatchAsync(client, "")).GetProperty("counts");
        Assert.Equal(
            (5, 2, 2, 1, 3),
            (counts.GetProperty("events").GetInt32(), counts.GetProperty("rejected").GetInt32(), counts.GetProperty("repeated").GetInt32(), counts.GetProperty("conflicts").GetInt32(), counts.GetProperty("rejectedRequests").GetInt32()));
        JsonElement details = await JsonAsync(client, "events/3");
        Assert.Equal([1, 2, 3], details.GetProperty("history").EnumerateArray().Select(arrival => arrival.GetProperty("sequence").GetInt32()));
    }

    [Fact]
    public async Task An_event_is_shown_with_its_request_and_response_and_without_credentials()
    {
        await using EngageLabEmulator emulator = await StartAsync();
        using var client = new EmulatorClient(emulator);
        string json = """{"euid":9007199254740993,"event_name":"login","itime":2,"random_id":"a","properties":{"big":12345678901234567890, "text":"\u0041"}}""";
        await ReportAsync(client, json);

        string text = await TextAsync(client, "events/1");
        JsonElement details = JsonDocument.Parse(text).RootElement;

        Assert.Equal(json, details.GetProperty("json").GetString());
        Assert.Equal("9007199254740993", details.GetProperty("euid").GetString());
        Assert.Equal(["12345678901234567890", "\"\\u0041\""], details.GetProperty("properties").EnumerateArray().Select(property => property.GetProperty("value").GetString()));
        JsonElement request = details.GetProperty("request");
        Assert.Equal(EmulatorClient.Data(json), request.GetProperty("body").GetProperty("text").GetString());
        Assert.Contains("success", request.GetProperty("response").GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("authorization", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToBase64String("local:local"u8), text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_value_is_compared_with_the_plan()
    {
        await using EngageLabEmulator emulator = await StartAsync(Plan);
        using var client = new EmulatorClient(emulator);
        await ReportAsync(client, """{"euid":1,"event_name":"trial_started","itime":2,"properties":{"plan":"gold","seats":0,"campain":"x","campaign":"X","interests":["a","b","c"],"started_at":"yesterday"}}""");
        await ReportAsync(client, """{"euid":1,"event_name":"trial_started","itime":2,"properties":{"company":"ab","plan":"pro","seats":"3"}}""");
        await ReportAsync(client, """{"euid":1,"event_name":"trial_stated","itime":2}""");
        await ReportAsync(client, """{"euid":1,"event_name":"order_placed","itime":2,"properties":{"total":5}}""");

        JsonElement details = await JsonAsync(client, "events/1");
        Dictionary<string, string?> problems = details.GetProperty("properties").EnumerateArray()
            .ToDictionary(property => property.GetProperty("name").GetString()!, property => property.GetProperty("problem").GetString());

        Assert.Equal("not one of free, pro", problems["plan"]);
        Assert.Equal("below 1", problems["seats"]);
        Assert.Equal("not in the plan", problems["campain"]);
        Assert.Equal("doesn't match [a-z]+", problems["campaign"]);
        Assert.Equal("has more than 2 elements", problems["interests"]);
        Assert.Equal("not a date-time", problems["started_at"]);
        Assert.Equal("missing", problems["company"]);
        Assert.Equal("did you mean campaign?", details.GetProperty("properties")[2].GetProperty("hint").GetString());
        Assert.Equal("@acme/growth", details.GetProperty("plan").GetProperty("owner").GetString());
        Assert.Equal("src/Trials.cs:88", details.GetProperty("plan").GetProperty("sources")[0].GetString());
        Assert.Equal("is a string, expected an integer", (await JsonAsync(client, "events/2")).GetProperty("properties")[2].GetProperty("problem").GetString());
        Assert.Equal("trial_started", (await JsonAsync(client, "events/3")).GetProperty("similar").GetString());
        Assert.Equal(
            ["ok", "breaks", "breaks", "breaks"],
            (await JsonAsync(client, "events")).GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task The_coverage_of_the_plan_says_what_was_never_sent()
    {
        await using EngageLabEmulator emulator = await StartAsync(Plan);
        using var client = new EmulatorClient(emulator);
        for (int i = 0; i < 2; i++)
        {
            await ReportAsync(client, """{"euid":1,"event_name":"trial_started","itime":2,"properties":{"company":"ab","plan":"pro","seats":3}}""");
        }

        await ReportAsync(client, EmulatorClient.Event("unplanned"));

        JsonElement coverage = await JsonAsync(client, "plan");
        Assert.Equal((1, 2), (coverage.GetProperty("seen").GetInt32(), coverage.GetProperty("total").GetInt32()));
        Dictionary<string, JsonElement> events = coverage.GetProperty("events").EnumerateArray().ToDictionary(one => one.GetProperty("name").GetString()!);
        JsonElement trial = events["trial_started"];
        Assert.Equal((2, 0), (trial.GetProperty("count").GetInt32(), trial.GetProperty("breaks").GetInt32()));
        Assert.Equal("campaign interests started_at", Join(trial.GetProperty("unseen")));
        Assert.Equal("seats", Join(trial.GetProperty("alwaysSent")));
        Assert.Equal("plan=free", Join(trial.GetProperty("unseenValues")));
        Assert.Equal(0, events["order_placed"].GetProperty("count").GetInt32());
        Assert.False(events["unplanned"].GetProperty("isPlanned").GetBoolean());
    }

    [Fact]
    public async Task Without_a_plan_types_are_compared_with_those_of_other_events()
    {
        await using EngageLabEmulator emulator = await StartAsync();
        using var client = new EmulatorClient(emulator);
        await ReportAsync(client, """{"euid":1,"event_name":"login","itime":2,"properties":{"seats":3}}""");
        await ReportAsync(client, """{"euid":1,"event_name":"login","itime":2,"properties":{"seats":"3"}}""");

        Assert.Equal("elsewhere integer", (await JsonAsync(client, "events/2")).GetProperty("properties")[0].GetProperty("hint").GetString());
    }

    [Fact]
    public async Task A_plan_without_events_is_a_plan()
    {
        await using EngageLabEmulator emulator = await StartAsync("""{"plan":1}""");
        using var client = new EmulatorClient(emulator);
        await ReportAsync(client, EmulatorClient.Event());

        Assert.Equal(0, (await JsonAsync(client, "plan")).GetProperty("total").GetInt32());
    }

    [Theory]
    [InlineData("{", "isn't a plan")]
    [InlineData("{}", "has no \"plan\": 1")]
    [InlineData("""{"plan":2}""", "newer TypedEvents")]
    [InlineData("""{"plan":1,"events":{"a":{"properties":{"b":{"min":"x"}}}}}""", "isn't a plan")]
    [InlineData("""{"plan":1,"events":null}""", "isn't a plan")]
    [InlineData("""{"plan":1,"events":{"a":null}}""", "isn't a plan")]
    [InlineData("""{"plan":1,"events":{"a":{"properties":{"b":null}}}}""", "isn't a plan")]
    public async Task What_is_not_a_plan_is_rejected_at_the_start(string plan, string message)
    {
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(plan));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_that_asks_for_payloads_gets_the_events_as_received()
    {
        await using EngageLabEmulator emulator = await StartAsync();
        using var client = new EmulatorClient(emulator);
        string json = $$$"""{ "euid":1,  "event_name":"login","itime":2,"properties":{"text":"{{{new string('x', 500)}}}\u00e9"}}""";
        await ReportAsync(client, json);

        Assert.Equal(json, (await JsonAsync(client, "events?payload=true")).GetProperty("rows")[0].GetProperty("payload").GetString());
        Assert.Equal(json, (await BatchAsync(client, "?payload=true")).GetProperty("rows")[0].GetProperty("payload").GetString());
        Assert.False((await JsonAsync(client, "events")).GetProperty("rows")[0].TryGetProperty("payload", out _));
        Assert.False((await BatchAsync(client, "")).GetProperty("rows")[0].TryGetProperty("payload", out _));
    }

    [Fact]
    public async Task The_stream_resumes_after_the_last_id_and_says_what_is_no_longer_stored()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(new() { Page = true, MaxEvents = 3 }, Cancellation);
        using var client = new EmulatorClient(emulator);
        for (int i = 0; i < 5; i++)
        {
            await ReportAsync(client, EmulatorClient.Event());
        }

        JsonElement resumed = await BatchAsync(client, "", lastEventId: 4);
        Assert.Equal("5", Join(resumed.GetProperty("rows"), "sequence"));
        Assert.Equal((5, 3, 5, 2, 0), Position(resumed));

        JsonElement late = await BatchAsync(client, "?position=1");
        Assert.Equal("3 4 5", Join(late.GetProperty("rows"), "sequence"));
        Assert.Equal((5, 3, 5, 2, 1), Position(late));

        static (int, int, int, int, int) Position(JsonElement batch) => (
            batch.GetProperty("position").GetInt32(), batch.GetProperty("first").GetInt32(), batch.GetProperty("last").GetInt32(), batch.GetProperty("dropped").GetInt32(), batch.GetProperty("skipped").GetInt32());
    }

    [Fact]
    public async Task Clearing_removes_rows_up_to_a_sequence_and_leaves_what_tests_read()
    {
        await using EngageLabEmulator emulator = await StartAsync();
        using var client = new EmulatorClient(emulator);
        for (int i = 0; i < 3; i++)
        {
            await ReportAsync(client, EmulatorClient.Event());
        }

        using HttpResponseMessage cleared = await client.SendAsync(new HttpRequestMessage(HttpMethod.Delete, Root + "events?through=2"));

        Assert.Equal(HttpStatusCode.NoContent, cleared.StatusCode);
        Assert.Equal("3", Join((await JsonAsync(client, "events")).GetProperty("rows"), "sequence"));
        Assert.Equal(1, (await BatchAsync(client, "")).GetProperty("counts").GetProperty("events").GetInt32());
        Assert.Equal(3, emulator.Events.Count);

        emulator.Clear();
        Assert.Equal(0, (await JsonAsync(client, "events")).GetProperty("rows").GetArrayLength());
    }

    [Theory]
    [InlineData("""{"kind":"respond","status":429,"retryAfter":7}""", HttpStatusCode.TooManyRequests)]
    [InlineData("""{"kind":"respond"}""", HttpStatusCode.ServiceUnavailable)]
    [InlineData("""{"kind":"reject","event":"login"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"kind":"slow","milliseconds":1}""", HttpStatusCode.OK)]
    [InlineData("""{"kind":"drip","milliseconds":0}""", HttpStatusCode.OK)]
    public async Task Behaviors_apply_to_the_next_requests_until_it_responds_normally(string behavior, HttpStatusCode status)
    {
        await using EngageLabEmulator emulator = await StartAsync();
        using var client = new EmulatorClient(emulator);

        Assert.Equal(HttpStatusCode.OK, await BehaveAsync(client, behavior));
        Assert.Equal(status, await ReportAsync(client, EmulatorClient.Event()));

        Assert.Equal(HttpStatusCode.OK, await BehaveAsync(client, """{"kind":"normal"}"""));
        Assert.Equal(HttpStatusCode.OK, await ReportAsync(client, EmulatorClient.Event()));
        Assert.False((await BatchAsync(client, "")).GetProperty("misbehaves").GetBoolean());
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("cut-halfway")]
    [InlineData("lose-response")]
    public async Task Behaviors_cut_the_connection(string kind)
    {
        await using EngageLabEmulator emulator = await StartAsync();
        using var client = new EmulatorClient(emulator);
        Assert.Equal(HttpStatusCode.OK, await BehaveAsync(client, $$"""{"kind":"{{kind}}"}"""));
        await Assert.ThrowsAsync<HttpRequestException>(() => ReportAsync(client, EmulatorClient.Event()));
        Assert.Equal(HttpStatusCode.OK, await ReportAsync(client, EmulatorClient.Event()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"kind":"other"}""")]
    [InlineData("""{"kind":"respond","status":204}""")]
    [InlineData("""{"kind":"respond","status":99}""")]
    [InlineData("""{"kind":"respond","count":0}""")]
    [InlineData("""{"kind":"respond","count":1001}""")]
    [InlineData("""{"kind":"slow","milliseconds":-1}""")]
    [InlineData("""{"kind":"reject"}""")]
    public async Task A_wrong_behavior_is_rejected_and_changes_nothing(string behavior)
    {
        await using EngageLabEmulator emulator = await StartAsync();
        using var client = new EmulatorClient(emulator);

        Assert.Equal(HttpStatusCode.BadRequest, await BehaveAsync(client, behavior));
        Assert.Equal(HttpStatusCode.OK, await ReportAsync(client, EmulatorClient.Event()));
    }

    [Fact]
    public async Task A_body_that_is_no_UTF8_is_shown_in_hexadecimal()
    {
        await using EngageLabEmulator emulator = await StartAsync();
        using var client = new EmulatorClient(emulator);
        using HttpResponseMessage rejected = await client.SendAsync(EmulatorClient.Post(EmulatorClient.Report, [0xff, 0x00, 0x41]));

        JsonElement body = (await JsonAsync(client, "requests/1")).GetProperty("body");

        Assert.Equal(("FF0041", true), (body.GetProperty("text").GetString(), body.GetProperty("isHex").GetBoolean()));
    }

    private static Task<EngageLabEmulator> StartAsync(string? plan = null) => EngageLabEmulator.StartAsync(new() { Page = true, Plan = plan }, Cancellation);

    private static HttpRequestMessage Behavior(string method, string path) => new(new HttpMethod(method), Root + path)
    {
        Content = method is "POST" or "PUT"
            ? new ByteArrayContent("""{"kind":"respond"}"""u8.ToArray()) { Headers = { ContentType = MediaTypeHeaderValue.Parse("application/json") } }
            : null,
    };

    private static async Task<HttpStatusCode> BehaveAsync(EmulatorClient client, string behavior)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Root + "behavior")
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(behavior)) { Headers = { ContentType = MediaTypeHeaderValue.Parse("application/json") } },
        };
        using HttpResponseMessage response = await client.SendAsync(request);
        return response.StatusCode;
    }

    private static async Task<HttpStatusCode> ReportAsync(EmulatorClient client, string json)
    {
        using HttpResponseMessage response = await client.SendAsync(EmulatorClient.Post(EmulatorClient.Report, EmulatorClient.Data(json)));
        return response.StatusCode;
    }

    private static async Task<string> TextAsync(EmulatorClient client, string path)
    {
        using HttpResponseMessage response = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, Root + path));
        string text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, text);
        return text;
    }

    private static async Task<JsonElement> JsonAsync(EmulatorClient client, string path)
    {
        using var document = JsonDocument.Parse(await TextAsync(client, path));
        return document.RootElement.Clone();
    }

    /// <summary>The first batch of a stream.</summary>
    private static async Task<JsonElement> BatchAsync(EmulatorClient client, string query, long? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Root + "stream" + query);
        if (lastEventId is { } id)
        {
            request.Headers.Add("Last-Event-ID", id.ToString(CultureInfo.InvariantCulture));
        }

        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.ToString());
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        string? previous = null;
        string? id2 = null;
        while (await reader.ReadLineAsync(Cancellation) is { } line)
        {
            id2 = line.StartsWith("id: ", StringComparison.Ordinal) ? line[4..] : id2;
            previous = line.StartsWith("event: ", StringComparison.Ordinal) ? line : previous;
            if (previous == "event: batch" && line.StartsWith("data: ", StringComparison.Ordinal))
            {
                using var document = JsonDocument.Parse(line[6..]);
                Assert.Equal(document.RootElement.GetProperty("position").GetRawText(), id2);
                return document.RootElement.Clone();
            }
        }

        throw new EndOfStreamException("The stream ended without a batch.");
    }

    private static string Join(JsonElement array, string? property = null) =>
        string.Join(' ', array.EnumerateArray().Select(element => property is null ? element.GetString() : element.GetProperty(property).GetRawText()));
}
