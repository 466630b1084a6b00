using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace TypedEvents.Cli;

/// <summary>Reads from an emulator what its page reads: what arrives, and what was seen of the plan.</summary>
internal sealed class EmulatorFeed : IDisposable
{
    /// <summary>The most arrivals that an emulator gives at once.</summary>
    public const int MaxTake = 1000;

    /// <summary>How long the head of a response may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private const string Stream = "text/event-stream";
    private const string Json = "application/json";

    private readonly Uri _address;

    // An emulator is never behind a proxy.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <param name="address">The emulator's address, or that of its page.</param>
    public EmulatorFeed(Uri address) => _address = new Uri(address, "/");

    /// <summary>The newest arrivals that are stored, newest first.</summary>
    public Task<FeedRows> NewestAsync(FeedFilter filter, int take, CancellationToken cancellationToken) =>
        ReadAsync($"events?{filter.Query}&take={take.ToString(CultureInfo.InvariantCulture)}", FeedJsonContext.Default.FeedRows, cancellationToken);

    public Task<FeedCoverage> CoverageAsync(CancellationToken cancellationToken) => ReadAsync("plan", FeedJsonContext.Default.FeedCoverage, cancellationToken);

    public Task<FeedEvent> EventAsync(long sequence, CancellationToken cancellationToken) =>
        ReadAsync($"events/{sequence.ToString(CultureInfo.InvariantCulture)}", FeedJsonContext.Default.FeedEvent, cancellationToken);

    /// <summary>What arrives after a position, until the emulator ends.</summary>
    public async IAsyncEnumerable<FeedBatch> FollowAsync(FeedFilter filter, long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await GetAsync($"stream?{filter.Query}&position={position.ToString(CultureInfo.InvariantCulture)}", Stream, cancellationToken);
        await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        SseParser<FeedBatch?> parser = SseParser.Create(stream, (type, data) => type == "batch" ? JsonSerializer.Deserialize(data, FeedJsonContext.Default.FeedBatch) : null);
        await using IAsyncEnumerator<SseItem<FeedBatch?>> items = parser.EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await MoveAsync(items))
        {
            if (items.Current.Data is { } batch)
            {
                yield return batch;
            }
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>An emulator that ends cuts its connections.</summary>
    private static async Task<bool> MoveAsync(IAsyncEnumerator<SseItem<FeedBatch?>> items)
    {
        try
        {
            return await items.MoveNextAsync();
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            return false;
        }
    }

    private async Task<T> ReadAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await GetAsync(path, Json, cancellationToken);
        try
        {
            await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
            return (await JsonSerializer.DeserializeAsync(body, type, cancellationToken))!;
        }
        catch (Exception exception) when (exception is JsonException or IOException or HttpRequestException)
        {
            throw new ToolException($"{_address} isn't an emulator, or ended while it responded: {exception.Message}", exception);
        }
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string contentType, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            response = await _http.GetAsync(new Uri(_address, "_typedevents/" + path), HttpCompletionOption.ResponseHeadersRead, patience.Token);
        }
        catch (HttpRequestException exception)
        {
            throw new ToolException($"There is no emulator at {_address}: {(exception.InnerException ?? exception).Message.TrimEnd('.')}. Start one with 'typedevents emulator', or name its address with --address.", exception);
        }
        catch (TaskCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ToolException($"There is no emulator at {_address}: no response within {Patience.TotalSeconds:0} seconds. Name its address with --address.", exception);
        }

        if (response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType == contentType)
        {
            return response;
        }

        using (response)
        {
            throw new ToolException((int)response.StatusCode == 421
                ? $"The emulator at {_address} rejects the host name {_address.Host}: use 127.0.0.1, or add the name to EmulatorOptions.AllowedHosts."
                : $"What is at {_address} isn't an emulator with a live page (status {(int)response.StatusCode}). 'typedevents emulator' has one, and others with EmulatorOptions.Page.");
        }
    }
}

/// <summary>Which arrivals are read.</summary>
/// <param name="Event">The event's name; <see langword="null"/> for all.</param>
/// <param name="User">The user's external id or EUID; <see langword="null"/> for all.</param>
/// <param name="Status">A status; <see langword="null"/> for all.</param>
/// <param name="HasPayload">Whether the events are read in full.</param>
internal sealed record FeedFilter(string? Event = null, string? User = null, string? Status = null, bool HasPayload = false)
{
    public string Query => string.Join('&', new[]
    {
        Event is null ? null : $"event={Uri.EscapeDataString(Event)}",
        User is null ? null : $"user={Uri.EscapeDataString(User)}",
        Status is null ? null : $"status={Uri.EscapeDataString(Status)}",
        HasPayload ? "payload=true" : null,
    }.OfType<string>());
}
