using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace TypedEvents.Emulator.Tests;

/// <summary>A plain HTTP client of one emulator.</summary>
internal sealed class EmulatorClient(EngageLabEmulator emulator) : IDisposable
{
    public const string Report = "v1/event/report";
    public const string Register = "v1/user/register";

    private readonly HttpClient _http = new() { BaseAddress = emulator.BaseAddress, Timeout = Timeout.InfiniteTimeSpan };

    public static string Event(string name = "login", string? id = null) =>
        id is null
            ? $$"""{"euid":1,"event_name":"{{name}}","itime":2}"""
            : $$"""{"euid":1,"event_name":"{{name}}","itime":2,"random_id":"{{id}}"}""";

    public static string Data(params IEnumerable<string> events) => $$"""{"data":[{{string.Join(',', events)}}]}""";

    public static HttpRequestMessage Post(string path, byte[] body, string apiKey = "local", string apiSecret = "local") => new(HttpMethod.Post, path)
    {
        Content = new ByteArrayContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse("application/json") } },
        Headers = { Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{apiKey}:{apiSecret}"))) },
    };

    public static HttpRequestMessage Post(string path, string body) => Post(path, Encoding.UTF8.GetBytes(body));

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead, CancellationToken? cancellationToken = null) =>
        _http.SendAsync(request, completion, cancellationToken ?? TestContext.Current.CancellationToken);

    public Task<Reply> ReportAsync(params IEnumerable<string> events) => AskAsync(Post(Report, Data(events)));

    public async Task<Reply> AskAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using HttpResponseMessage response = await SendAsync(request);
            string body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
            using var json = JsonDocument.Parse(body);
            return new Reply(
                response.StatusCode,
                json.RootElement.GetProperty("code").GetInt32(),
                json.RootElement.GetProperty("message").GetString()!,
                body);
        }
    }

    public void Dispose() => _http.Dispose();

    internal sealed record Reply(HttpStatusCode Status, int Code, string Message, string Body)
    {
        public void IsSuccess() => Assert.Equal((HttpStatusCode.OK, 0, "success"), (Status, Code, Message));

        public void IsRejection(HttpStatusCode status, int code) => Assert.Equal((status, code), (Status, Code));
    }
}
