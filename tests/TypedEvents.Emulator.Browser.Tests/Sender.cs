using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace TypedEvents.Emulator.Browser.Tests;

/// <summary>Sends reports to an emulator.</summary>
internal sealed class Sender(EngageLabEmulator emulator) : IDisposable
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly HttpClient _http = new() { BaseAddress = emulator.BaseAddress };

    public static string Event(string name, string properties = "{}", string? id = null, long euid = 7) =>
        $$"""{"euid":{{euid}},"event_name":"{{name}}","itime":1764417600000,"random_id":{{Quote(id ?? Guid.NewGuid().ToString())}},"properties":{{properties}}}""";

    public static string Quote(string text) => JsonSerializer.Serialize(text, Plain);

    public async Task<int> SendAsync(params IEnumerable<string> events) => await PostAsync("v1/event/report", $$"""{"data":[{{string.Join(',', events)}}]}""");

    public Task<int> RegisterAsync(params IEnumerable<string> users) =>
        PostAsync("v1/user/register", $$"""{"identity_name":"user_id","identity_values":[{{string.Join(',', users.Select(Quote))}}]}""");

    public async Task<int> PostAsync(string path, string body, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = MediaTypeHeaderValue.Parse("application/json") } },
        };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String("local:local"u8));
        change?.Invoke(request);
        using HttpResponseMessage response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }

    public void Dispose() => _http.Dispose();
}
