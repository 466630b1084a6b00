namespace TypedEvents.Emulator;

/// <summary>A request as it was received, whatever the response.</summary>
public sealed class ReceivedRequest
{
    private const int Overhead = 600;

    private int _status;

    internal ReceivedRequest(
        DateTimeOffset time,
        string method,
        string path,
        IReadOnlyDictionary<string, string> headers,
        ReadOnlyMemory<byte> body,
        IReadOnlyList<ReceivedEvent> events)
    {
        Time = time;
        Method = method;
        Path = path;
        Headers = headers;
        Body = body;
        Events = events;
        Size = Overhead + body.Length + events.Sum(received => received.Size) + headers.Sum(header => 2L * (header.Key.Length + header.Value.Length));
    }

    /// <summary>The time at which its body had been read, by <see cref="EmulatorOptions.TimeProvider"/>.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>The HTTP method.</summary>
    public string Method { get; }

    /// <summary>The path, without a query.</summary>
    public string Path { get; }

    /// <summary>The headers, except those with credentials, which are never recorded. Names are case-insensitive.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>The <c>Content-Type</c> header, or <see langword="null"/>.</summary>
    public string? ContentType => Headers.GetValueOrDefault("Content-Type");

    /// <summary>The <c>Content-Encoding</c> header, or <see langword="null"/>.</summary>
    public string? ContentEncoding => Headers.GetValueOrDefault("Content-Encoding");

    /// <summary>The <c>User-Agent</c> header, or <see langword="null"/>.</summary>
    public string? UserAgent => Headers.GetValueOrDefault("User-Agent");

    /// <summary>
    /// The body as received, before decompression: at most the first <see cref="EmulatorOptions.MaxRequestBytes"/> bytes, and empty if it
    /// wasn't read.
    /// </summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>
    /// The events in the body, whether they were accepted or not; empty if the body isn't a valid report.
    /// </summary>
    public IReadOnlyList<ReceivedEvent> Events { get; }

    /// <summary>The HTTP status of the response; <see langword="null"/> if there is no response, or none yet.</summary>
    public int? Status => Volatile.Read(ref _status) is var status and not 0 ? status : null;

    /// <summary>An estimate of the memory in bytes.</summary>
    internal long Size { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Path}: {Body.Length} bytes, {Events.Count} events, {Status?.ToString(provider: null) ?? "no response"}";

    /// <summary>Its number in the order of arrival, from 1; 0 before it is logged.</summary>
    internal long Number { get; set; }

    /// <summary>The response, or <see langword="null"/> if there is none, or none yet.</summary>
    internal Response? Response { get; private set; }

    internal void SetResponse(Response response)
    {
        Response = response;
        Volatile.Write(ref _status, response.Status);
    }
}
