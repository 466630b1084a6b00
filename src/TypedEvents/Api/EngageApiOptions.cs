using System.Text.Json.Serialization;

namespace TypedEvents;

/// <summary>Where EngageLab is and who calls it.</summary>
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
    /// The API secret of the project. Required. It can be set and not be read: it is never logged, and stands in no exception and in nothing
    /// that serializes or logs the options by their public properties.
    /// </summary>
    [JsonIgnore]
#pragma warning disable CA1044 // Whoever can read it can show it.
    public string ApiSecret { internal get; set; } = "";
#pragma warning restore CA1044

    /// <summary>Which application makes the events (<c>app_key</c>); <see langword="null"/>: not sent.</summary>
    public string? AppKey { get; set; }

    /// <summary>How long one request may take, 100 milliseconds to 10 minutes. Default: 10 seconds.</summary>
    public TimeSpan Timeout { get; set; } = DefaultTimeout;

    /// <summary>Whether plain http is allowed to an address of this machine, such as an emulator's. Default: no.</summary>
    public bool AllowInsecureLoopback { get; set; }

    /// <summary>
    /// Whether reports are sent compressed (gzip): a fifth of the bytes for about half as much CPU time again. EngageLab doesn't say whether it takes
    /// them; a response 415 switches it off permanently. Default: <see langword="false"/>.
    /// </summary>
    public bool CompressRequests { get; set; }

    /// <summary>
    /// The client to send with, such as one of an <c>IHttpClientFactory</c>; it isn't disposed. <see langword="null"/>: an own one, which uses
    /// the system's proxy, but none for plain http to this machine.
    /// </summary>
    /// <remarks>
    /// Don't put a retrying handler into it: two owners of retry send one event many times over. Let it follow no redirects
    /// (<c>AllowAutoRedirect</c>).
    /// It decides about proxies: one that uses a proxy for plain http sends the credentials to it in clear text.
    /// What its handlers log is theirs to keep secret: on .NET 8 the log of an <c>IHttpClientFactory</c> writes request headers at the level
    /// <c>Trace</c>, and the <c>Authorization</c> header holds key and secret in Base64. Call <c>RedactLoggedHeaders(["Authorization"])</c>
    /// on its builder; from .NET 9 on it redacts all headers unless told otherwise.
    /// </remarks>
    public HttpClient? HttpClient { get; set; }

    /// <summary>The clock of the timeout. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
