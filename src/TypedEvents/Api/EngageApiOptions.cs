using System.Text.Json.Serialization;

namespace TypedEvents;

/// <summary>Options of an <see cref="EngageApi"/>: the address, the credentials and the timeout.</summary>
public sealed class EngageApiOptions
{
    /// <summary>EngageLab's documented address, in Singapore: <c>https://ma-api.engagelab.com</c>.</summary>
    public static readonly Uri DefaultBaseAddress = new("https://ma-api.engagelab.com");

    /// <summary>The default of <see cref="Timeout"/>: 10 seconds.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The API's address, https only (see <see cref="AllowInsecureLoopback"/>). Default: <see cref="DefaultBaseAddress"/>.
    /// </summary>
    public Uri BaseAddress { get; set; } = DefaultBaseAddress;

    /// <summary>The API key of the project. Required.</summary>
    [JsonIgnore]
    public string ApiKey { get; set; } = "";

    /// <summary>
    /// The API secret of the project. Required. It can be set but not read, so that nothing that logs or serializes public properties shows it;
    /// the library never logs it or puts it into an exception.
    /// </summary>
    [JsonIgnore]
#pragma warning disable CA1044 // What can be read can be logged.
    public string ApiSecret { internal get; set; } = "";
#pragma warning restore CA1044

    /// <summary>The application that the events come from (<c>app_key</c>); <see langword="null"/>, the default: not sent.</summary>
    public string? AppKey { get; set; }

    /// <summary>The timeout of one request, 100 milliseconds to 10 minutes. Default: 10 seconds.</summary>
    public TimeSpan Timeout { get; set; } = DefaultTimeout;

    /// <summary>Whether plain http is allowed to this host's loopback address, such as an emulator's. Default: <see langword="false"/>.</summary>
    public bool AllowInsecureLoopback { get; set; }

    /// <summary>
    /// Whether reports are compressed (gzip): about a fifth of the bytes for about 1.5 times the CPU time. EngageLab doesn't document whether it
    /// accepts them; after a response with status 415 the library sends all further ones uncompressed. Default: <see langword="false"/>.
    /// </summary>
    public bool CompressRequests
    {
        get => Compressor is not null;
        set => Compressor = value ? RequestCompression.WriteWithGzipAsync : null;
    }

    /// <summary>
    /// The client that sends the requests, such as one from an <c>IHttpClientFactory</c>; the library doesn't dispose it. <see langword="null"/>, the
    /// default: the library creates one, which uses the system's proxy, except for plain http to this host.
    /// </summary>
    /// <remarks>
    /// Don't give it a handler that retries: if two components retry, an event is sent many times. Don't let it follow redirects
    /// (<c>AllowAutoRedirect</c>). If it uses a proxy for plain http, that proxy receives the credentials in clear text.
    /// The library doesn't control what its handlers log: on .NET 8 an <c>IHttpClientFactory</c> logs request headers at the level
    /// <c>Trace</c>, and the <c>Authorization</c> header contains key and secret in Base64. Call <c>RedactLoggedHeaders(["Authorization"])</c>
    /// on its builder; since .NET 9 all headers are redacted by default.
    /// </remarks>
    public HttpClient? HttpClient { get; set; }

    /// <summary>The clock of the timeout. Default: <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>What <see cref="CompressRequests"/> stands for.</summary>
    internal RequestCompressor? Compressor { get; set; }
}
