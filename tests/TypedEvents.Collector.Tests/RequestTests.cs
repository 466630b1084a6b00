using System.IO.Compression;
using System.Net;
using System.Text;

namespace TypedEvents.Collector.Tests;

/// <summary>What is checked, and what is kept, of a request besides its events.</summary>
public sealed class RequestTests
{
    private static readonly string Body = CollectorClient.Data(CollectorClient.Event());

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
    public async Task Missing_or_wrong_authentication_is_answered_with_401(string? authorization)
    {
        await using EngageLabCollector collector = await EngageLabCollector.StartAsync(cancellationToken: Cancellation);
        using var client = new CollectorClient(collector);

        foreach (string path in new[] { CollectorClient.Report, CollectorClient.Register })
        {
            HttpRequestMessage request = CollectorClient.Post(path, Body);
            request.Headers.Authorization = null;
            if (authorization is not null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            }

            (await client.AskAsync(request)).IsRefusal(HttpStatusCode.Unauthorized, CollectorCodes.AuthenticationFailed);
        }

        Assert.Empty(collector.Events);
        Assert.Equal([401, 401], collector.Requests.Select(request => request.Status));
    }

    [Fact]
    public async Task Credentials_can_be_switched_while_it_runs()
    {
        await using EngageLabCollector collector = await EngageLabCollector.StartAsync(new() { ApiKey = "k", ApiSecret = "s" }, Cancellation);
        using var client = new CollectorClient(collector);
        byte[] body = Encoding.UTF8.GetBytes(Body);

        (await client.AskAsync(CollectorClient.Post(CollectorClient.Report, body, "k", "s"))).IsSuccess();
        collector.UseCredentials("k", "é:2");
        (await client.AskAsync(CollectorClient.Post(CollectorClient.Report, body, "k", "s"))).IsRefusal(HttpStatusCode.Unauthorized, 40050);
        (await client.AskAsync(CollectorClient.Post(CollectorClient.Report, body, "k", "é:2"))).IsSuccess();
    }

    [Fact]
    public async Task Credentials_are_not_kept()
    {
        await using EngageLabCollector collector = await EngageLabCollector.StartAsync(cancellationToken: Cancellation);
        using var client = new CollectorClient(collector);
        HttpRequestMessage request = CollectorClient.Post(CollectorClient.Report, Body);
        string secret = request.Headers.Authorization!.Parameter!;
        request.Headers.Add("Cookie", "secret");
        request.Headers.UserAgent.ParseAdd("agent/1.0");

        await client.AskAsync(request);

        ReceivedRequest kept = Assert.Single(collector.Requests);
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
    public async Task Another_method_is_answered_with_405(string method)
    {
        await using EngageLabCollector collector = await EngageLabCollector.StartAsync(cancellationToken: Cancellation);
        using var client = new CollectorClient(collector);
        HttpRequestMessage request = CollectorClient.Post(CollectorClient.Report, Body);
        request.Method = new HttpMethod(method);

        (await client.AskAsync(request)).IsRefusal(HttpStatusCode.MethodNotAllowed, CollectorCodes.MethodNotAllowed);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/v1/event/report/")]
    [InlineData("/v1/event/Report")]
    [InlineData("/v1/event")]
    [InlineData("/v2/event/report")]
    [InlineData("//v1/event/report")]
    public async Task Another_path_is_answered_with_404(string path)
    {
        await using EngageLabCollector collector = await EngageLabCollector.StartAsync(cancellationToken: Cancellation);
        using var client = new CollectorClient(collector);
        HttpRequestMessage request = CollectorClient.Post("", Body);
        request.RequestUri = new Uri(collector.BaseAddress.GetLeftPart(UriPartial.Authority) + path);

        (await client.AskAsync(request)).IsRefusal(HttpStatusCode.NotFound, CollectorCodes.UnknownPath);
        Assert.Equal(path, Assert.Single(collector.Requests).Path);
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
    public async Task The_content_type_has_to_be_JSON_in_UTF8(string? contentType, bool isAccepted)
    {
        await using EngageLabCollector collector = await EngageLabCollector.StartAsync(cancellationToken: Cancellation);
        using var client = new CollectorClient(collector);
        HttpRequestMessage request = CollectorClient.Post(CollectorClient.Report, Body);
        request.Content!.Headers.Remove("Content-Type");
        if (contentType is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        CollectorClient.Reply reply = await client.AskAsync(request);

        Assert.Equal(isAccepted ? (HttpStatusCode.OK, 0) : (HttpStatusCode.UnsupportedMediaType, CollectorCodes.UnsupportedMediaType), (reply.Status, reply.Code));
        Assert.Equal(isAccepted ? 1 : 0, collector.EventCount);
    }

    [Theory]
    [InlineData("gzip", true, HttpStatusCode.OK)]
    [InlineData("GZIP", true, HttpStatusCode.OK)]
    [InlineData("gzip", false, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("br", true, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("identity", true, HttpStatusCode.UnsupportedMediaType)]
    public async Task Gzip_is_read_only_where_the_options_accept_it(string encoding, bool acceptGzip, HttpStatusCode expected)
    {
        await using EngageLabCollector collector = await EngageLabCollector.StartAsync(new() { AcceptGzip = acceptGzip }, Cancellation);
        using var client = new CollectorClient(collector);
        byte[] compressed = Compress(Body);

        CollectorClient.Reply reply = await client.AskAsync(Encoded(compressed, encoding));

        Assert.Equal(expected, reply.Status);
        Assert.Equal(expected == HttpStatusCode.OK ? 1 : 0, collector.EventCount);
        Assert.Equal(encoding, collector.Requests[0].ContentEncoding);
        Assert.Equal(compressed, collector.Requests[0].Body.ToArray());
    }

    [Fact]
    public async Task What_is_no_gzip_is_a_wrong_body()
    {
        await using EngageLabCollector collector = await EngageLabCollector.StartAsync(new() { AcceptGzip = true }, Cancellation);
        using var client = new CollectorClient(collector);

        (await client.AskAsync(Encoded(Encoding.UTF8.GetBytes(Body), "gzip"))).IsRefusal(HttpStatusCode.BadRequest, CollectorCodes.InvalidBody);
        (await client.AskAsync(Encoded(Compress(Body)[..30], "gzip"))).IsRefusal(HttpStatusCode.BadRequest, CollectorCodes.InvalidBody);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_answered_with_413_compressed_or_not()
    {
        string padded = Body.PadRight(2_000_000);
        await using EngageLabCollector collector = await EngageLabCollector.StartAsync(new() { AcceptGzip = true, MaxRequestBytes = padded.Length }, Cancellation);
        using var client = new CollectorClient(collector);

        (await client.AskAsync(CollectorClient.Post(CollectorClient.Report, padded))).IsSuccess();
        (await client.AskAsync(CollectorClient.Post(CollectorClient.Report, padded + " "))).IsRefusal(HttpStatusCode.RequestEntityTooLarge, CollectorCodes.BodyTooLarge);
        (await client.AskAsync(Encoded(Compress(padded), "gzip"))).IsSuccess();
        (await client.AskAsync(Encoded(Compress(padded + " "), "gzip"))).IsRefusal(HttpStatusCode.RequestEntityTooLarge, CollectorCodes.BodyTooLarge);

        Assert.Equal(2, collector.EventCount);
    }

    private static string Basic(string credentials) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}";

    private static HttpRequestMessage Encoded(byte[] body, string encoding)
    {
        HttpRequestMessage request = CollectorClient.Post(CollectorClient.Report, body);
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
