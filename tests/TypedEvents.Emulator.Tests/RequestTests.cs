using System.IO.Compression;
using System.Net;
using System.Text;

namespace TypedEvents.Emulator.Tests;

/// <summary>Checks and records of a request, apart from its events.</summary>
public sealed class RequestTests
{
    private static readonly string Body = EmulatorClient.Data(EmulatorClient.Event());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string?> WrongAuthorizations => new()
    {
        { (string?)null },
        { "" },
        { "Basic" },
        { Basic("local:other") },
        { Basic("other:local") },
        { Basic("local:local ") },
        { Basic("local") },
        { "Basic local:local" },
        { $"Bearer {Convert.ToBase64String("local:local"u8)}" },
    };

    [Theory]
    [MemberData(nameof(WrongAuthorizations))]
    public async Task Missing_or_invalid_authentication_leads_to_401(string? authorization)
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);

        foreach (string path in new[] { EmulatorClient.Report, EmulatorClient.Register })
        {
            HttpRequestMessage request = EmulatorClient.Post(path, Body);
            request.Headers.Authorization = null;
            if (authorization is not null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            }

            (await client.AskAsync(request)).IsRejection(HttpStatusCode.Unauthorized, EmulatorCodes.AuthenticationFailed);
        }

        Assert.Empty(emulator.Events);
        Assert.Equal([401, 401], emulator.Requests.Select(request => request.Status));
    }

    [Fact]
    public async Task Credentials_can_be_changed_at_run_time()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(new() { ApiKey = "k", ApiSecret = "s" }, Cancellation);
        using var client = new EmulatorClient(emulator);
        byte[] body = Encoding.UTF8.GetBytes(Body);

        (await client.AskAsync(EmulatorClient.Post(EmulatorClient.Report, body, "k", "s"))).IsSuccess();
        emulator.UseCredentials("k", "é:2");
        (await client.AskAsync(EmulatorClient.Post(EmulatorClient.Report, body, "k", "s"))).IsRejection(HttpStatusCode.Unauthorized, 40050);
        (await client.AskAsync(EmulatorClient.Post(EmulatorClient.Report, body, "k", "é:2"))).IsSuccess();
    }

    [Fact]
    public async Task Credentials_are_not_recorded()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);
        HttpRequestMessage request = EmulatorClient.Post(EmulatorClient.Report, Body);
        string secret = request.Headers.Authorization!.Parameter!;
        request.Headers.Add("Cookie", "secret");
        request.Headers.UserAgent.ParseAdd("agent/1.0");

        await client.AskAsync(request);

        ReceivedRequest kept = Assert.Single(emulator.Requests);
        Assert.DoesNotContain(kept.Headers, header => header.Value.Contains(secret, StringComparison.Ordinal) || header.Value == "secret");
        Assert.Equal("agent/1.0", kept.UserAgent);
        Assert.Equal("application/json", kept.ContentType);
        Assert.Equal("application/json", kept.Headers["content-type"]);
        Assert.Null(kept.ContentEncoding);
        Assert.Equal(("POST", "/v1/event/report", 200), (kept.Method, kept.Path, kept.Status));
        Assert.Equal(Body, Encoding.UTF8.GetString(kept.Body.Span));
        Assert.Single(kept.Events);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task Another_method_leads_to_405(string method)
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);
        HttpRequestMessage request = EmulatorClient.Post(EmulatorClient.Report, Body);
        request.Method = new HttpMethod(method);

        (await client.AskAsync(request)).IsRejection(HttpStatusCode.MethodNotAllowed, EmulatorCodes.MethodNotAllowed);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/v1/event/report/")]
    [InlineData("/v1/event/Report")]
    [InlineData("/v1/event")]
    [InlineData("/v2/event/report")]
    [InlineData("//v1/event/report")]
    public async Task Another_path_leads_to_404(string path)
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);
        HttpRequestMessage request = EmulatorClient.Post("", Body);
        request.RequestUri = new Uri(emulator.BaseAddress.GetLeftPart(UriPartial.Authority) + path);

        (await client.AskAsync(request)).IsRejection(HttpStatusCode.NotFound, EmulatorCodes.UnknownPath);
        Assert.Equal(path, Assert.Single(emulator.Requests).Path);
    }

    [Theory]
    [InlineData("application/json", true)]
    [InlineData("Application/JSON", true)]
    [InlineData("application/json; charset=utf-8", true)]
    [InlineData("application/json;charset=\"UTF-8\"", true)]
    [InlineData(null, false)]
    [InlineData("text/json", false)]
    [InlineData("text/plain", false)]
    [InlineData("application/json; charset=utf-16", false)]
    [InlineData("application/json; charset=iso-8859-1", false)]
    [InlineData("application/json; version=1", false)]
    [InlineData("application/problem+json", false)]
    [InlineData("application/*", false)]
    public async Task The_content_type_must_be_JSON_in_UTF8(string? contentType, bool isAccepted)
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);
        HttpRequestMessage request = EmulatorClient.Post(EmulatorClient.Report, Body);
        request.Content!.Headers.Remove("Content-Type");
        if (contentType is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        EmulatorClient.Reply reply = await client.AskAsync(request);

        Assert.Equal(isAccepted ? (HttpStatusCode.OK, 0) : (HttpStatusCode.UnsupportedMediaType, EmulatorCodes.UnsupportedMediaType), (reply.Status, reply.Code));
        Assert.Equal(isAccepted ? 1 : 0, emulator.EventCount);
    }

    [Theory]
    [InlineData("gzip", true, HttpStatusCode.OK)]
    [InlineData("GZIP", true, HttpStatusCode.OK)]
    [InlineData("gzip", false, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("br", true, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("identity", true, HttpStatusCode.UnsupportedMediaType)]
    public async Task Gzip_is_accepted_only_if_the_options_allow_it(string encoding, bool acceptGzip, HttpStatusCode expected)
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(new() { AcceptGzip = acceptGzip }, Cancellation);
        using var client = new EmulatorClient(emulator);
        byte[] compressed = Compress(Body);

        EmulatorClient.Reply reply = await client.AskAsync(Encoded(compressed, encoding));

        Assert.Equal(expected, reply.Status);
        Assert.Equal(expected == HttpStatusCode.OK ? 1 : 0, emulator.EventCount);
        Assert.Equal(encoding, emulator.Requests[0].ContentEncoding);
        Assert.Equal(compressed, emulator.Requests[0].Body.ToArray());
    }

    [Fact]
    public async Task Bytes_that_are_not_gzip_are_an_invalid_body()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(new() { AcceptGzip = true }, Cancellation);
        using var client = new EmulatorClient(emulator);

        (await client.AskAsync(Encoded(Encoding.UTF8.GetBytes(Body), "gzip"))).IsRejection(HttpStatusCode.BadRequest, EmulatorCodes.InvalidBody);
        (await client.AskAsync(Encoded(Compress(Body)[..30], "gzip"))).IsRejection(HttpStatusCode.BadRequest, EmulatorCodes.InvalidBody);
    }

    [Fact]
    public async Task A_body_over_the_limit_leads_to_413_compressed_or_not()
    {
        string padded = Body.PadRight(2_000_000);
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(new() { AcceptGzip = true, MaxRequestBytes = padded.Length }, Cancellation);
        using var client = new EmulatorClient(emulator);

        (await client.AskAsync(EmulatorClient.Post(EmulatorClient.Report, padded))).IsSuccess();
        (await client.AskAsync(EmulatorClient.Post(EmulatorClient.Report, padded + " "))).IsRejection(HttpStatusCode.RequestEntityTooLarge, EmulatorCodes.BodyTooLarge);
        (await client.AskAsync(Encoded(Compress(padded), "gzip"))).IsSuccess();
        (await client.AskAsync(Encoded(Compress(padded + " "), "gzip"))).IsRejection(HttpStatusCode.RequestEntityTooLarge, EmulatorCodes.BodyTooLarge);

        Assert.Equal(2, emulator.EventCount);
    }

    private static string Basic(string credentials) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}";

    private static HttpRequestMessage Encoded(byte[] body, string encoding)
    {
        HttpRequestMessage request = EmulatorClient.Post(EmulatorClient.Report, body);
        request.Content!.Headers.ContentEncoding.Add(encoding);
        return request;
    }

    private static byte[] Compress(string text)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return target.ToArray();
    }
}
