namespace TypedEvents.Emulator;

/// <summary>A request as it arrived, whatever became of it.</summary>
public sealed class ReceivedRequest
{
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
    }

    /// <summary>When its body had been read, by the clock of the options.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>The HTTP method.</summary>
    public string Method { get; }

    /// <summary>The path, without a query.</summary>
    public string Path { get; }

    /// <summary>The headers but those with credentials, which are never kept. Names are looked up in any case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>The <c>Content-Type</c> header, or <see langword="null"/>.</summary>
    public string? ContentType => Headers.GetValueOrDefault("Content-Type");

    /// <summary>The <c>Content-Encoding</c> header, or <see langword="null"/>.</summary>
    public string? ContentEncoding => Headers.GetValueOrDefault("Content-Encoding");

    /// <summary>The <c>User-Agent</c> header, or <see langword="null"/>.</summary>
    public string? UserAgent => Headers.GetValueOrDefault("User-Agent");

    /// <summary>
    /// The body as it came over the wire, so compressed if it was; at most
    /// <see cref="EmulatorOptions.MaxRequestBytes"/> of it, and empty if it wasn't read.
    /// </summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>
    /// The events in the body, whether they were kept or not; empty if the body is no valid report.
    /// </summary>
    public IReadOnlyList<ReceivedEvent> Events { get; }

    /// <summary>The HTTP status of the response; <see langword="null"/> while, or because, there is none.</summary>
    public int? Status => Volatile.Read(ref _status) is var status and not 0 ? status : null;

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Path}: {Body.Length} bytes, {Events.Count} events, {Status?.ToString(provider: null) ?? "no response"}";

    internal void SetStatus(int status) => Volatile.Write(ref _status, status);
}
