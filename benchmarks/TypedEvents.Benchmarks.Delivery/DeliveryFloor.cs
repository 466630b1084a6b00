using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace TypedEvents.Benchmarks.Delivery;

/// <summary>
/// The lower bound of a delivered event: the <c>Track</c> calls, with an outbox that discards events, and a loop that posts the same bytes with
/// the tracker's handler, protocol, headers and reading of the response, one request after the other.
/// </summary>
internal sealed class DeliveryFloor : IDisposable
{
    private static readonly Euid User = new(10_000_091_198);

    private readonly int _events;
    private readonly int _batch;
    private readonly EventTracker _tracker;
    private readonly HttpMessageInvoker _client;
    private readonly Uri _address;
    private readonly AuthenticationHeaderValue _authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("key:secret")));
    private readonly byte[] _body;
    private readonly byte[] _response = new byte[1024];

    /// <param name="port">The server's.</param>
    /// <param name="events">How many events a round has.</param>
    /// <param name="batch">How many events a request has.</param>
    /// <param name="client">Sends the requests instead of the tracker's kind of handler.</param>
    public DeliveryFloor(int port, int events, int batch, HttpClient? client = null)
    {
        _client = client ?? new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        });

        _events = events;
        _batch = batch;
        _address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/v1/event/report"));
        _tracker = EventTracker.Create(options =>
        {
            options.ApiKey = "key";
            options.ApiSecret = "secret";
            options.BufferBytes = 64 * 1024 * 1024;
            options.Outbox = new DiscardingOutbox();
        });
        using var ready = new EventBatch(batch, 1024 * 1024);
        for (int i = 0; i < batch; i++)
        {
            ready.TryAdd(User, Order.Of(i));
        }

        _body = [.. "{\"data\":["u8, .. ready.Events.Span, .. "]}"u8];
    }

    public async Task RunAsync()
    {
        await TrackAsync();
        await PostAsync();
    }

    public async Task TrackAsync()
    {
        for (int i = 0; i < _events; i++)
        {
            if (_tracker.Track(User, Order.Of(i)) != TrackResult.Accepted)
            {
                throw new InvalidOperationException("The buffer is full.");
            }
        }

        await _tracker.FlushAsync();
    }

    public void Dispose()
    {
        _client.Dispose();
        _tracker.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    public async Task PostAsync()
    {
        for (int i = 0; i < _events; i += _batch)
        {
            var content = new ByteArrayContent(_body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
            using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = content };
            request.Headers.Authorization = _authorization;
            request.Headers.TryAddWithoutValidation("User-Agent", "TypedEvents/0.1.0");
            using HttpResponseMessage response = await SendAsync(request).ConfigureAwait(false);
            Stream body = await response.Content.ReadAsStreamAsync().ConfigureAwait(false);
            while (await body.ReadAsync(_response).ConfigureAwait(false) > 0)
            {
                // Only the code is needed, and reading it costs next to nothing.
            }
        }
    }

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => _client is HttpClient given
        ? given.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, CancellationToken.None)
        : _client.SendAsync(request, CancellationToken.None);
}
