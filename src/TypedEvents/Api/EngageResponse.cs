using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;

namespace TypedEvents;

/// <summary>The reason why a request has no complete response.</summary>
internal enum TransportError
{
    None,
    NotConnected,
    CertificateRejected,

    /// <summary>The TLS handshake failed for another reason than a certificate that this process rejected.</summary>
    TlsFailed,
    TimedOut,
    CutOff,
    TooLong,
    Redirected,

    /// <summary>An <c>HttpClient</c> of the options threw an exception that says nothing about the connection, such as that of its own open circuit breaker.</summary>
    ClientFailed,

    /// <summary>The request failed by an exception that nothing is known about.</summary>
    Unexpected,
}

/// <summary>The response to a request: facts only. The delivery decides what they mean for the events.</summary>
internal sealed record EngageResponse
{
    /// <summary>The reason why there is no complete response, or <see cref="TransportError.None"/>.</summary>
    public TransportError TransportError { get; init; }

    public HttpStatusCode? Status { get; init; }

    /// <summary>The <c>code</c> of a JSON body, whatever the status.</summary>
    public int? Code { get; init; }

    /// <summary>The <c>message</c> of a JSON body; safe to log once <see cref="EngageApi"/> has returned it.</summary>
    public string? Message { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The users of a registration's response.</summary>
    public IReadOnlyList<KeyValuePair<string, Euid>> Users { get; init; } = [];

    /// <summary>The exception; safe to log once <see cref="EngageApi"/> has returned it.</summary>
    public Exception? Exception { get; init; }

    /// <summary>The type of an exception that says nothing about the connection.</summary>
    public string? ExceptionType { get; init; }

    /// <summary>Whether the credentials of the request have been replaced since.</summary>
    public bool HasOldCredentials { get; init; }

    /// <summary>Whether the request's body was compressed.</summary>
    public bool WasCompressed { get; init; }

    public bool IsAccepted => TransportError == TransportError.None && Status is { } status && (int)status is >= 200 and <= 299 && Code == 0;

    /// <summary>What kind of failure this is, for <c>error.type</c> of metrics and traces; <see langword="null"/>: it is accepted.</summary>
    public string? ErrorType => TransportError switch
    {
        TransportError.None when IsAccepted => null,
        TransportError.None when Code is not (null or 0) => Code.Value.ToString(CultureInfo.InvariantCulture),
        TransportError.None when Status is { } status and (< HttpStatusCode.OK or >= HttpStatusCode.MultipleChoices) => ((int)status).ToString(CultureInfo.InvariantCulture),
        TransportError.NotConnected => "not_connected",
        TransportError.CertificateRejected => "certificate_rejected",
        TransportError.TlsFailed => "tls_failed",
        TransportError.TimedOut => "timeout",
        TransportError.CutOff => "cut_off",
        TransportError.TooLong => "response_too_long",
        TransportError.Redirected => "redirected",
        TransportError.ClientFailed => ExceptionType ?? "client_failed",
        TransportError.Unexpected => ExceptionType ?? "unexpected",
        _ => "invalid_response",
    };

    /// <summary>A response equals no other one.</summary>
    public bool Equals(EngageResponse? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    /// <summary>The kind of failure, and nothing that the server said.</summary>
    public override string ToString() => ErrorType ?? "accepted";

    /// <summary>The EUIDs of the given ids. If a response has two for one id, the first counts.</summary>
    public Dictionary<string, Euid> EuidsOf(IReadOnlyCollection<string> ids)
    {
        HashSet<string> asked = new(ids, StringComparer.Ordinal);
        Dictionary<string, Euid> euids = new(StringComparer.Ordinal);
        foreach ((string id, Euid euid) in Users)
        {
            if (asked.Contains(id))
            {
                euids.TryAdd(id, euid);
            }
        }

        return euids;
    }

    /// <summary>Describes the response and says what to check, in one or two sentences.</summary>
    public string Describe(Uri address) => Describe(address.ToString());

    private string Describe(string address) => TransportError switch
    {
        TransportError.NotConnected => $"No connection to {address}. Check BaseAddress, the network and any proxy in between.",
        TransportError.CertificateRejected => $"The certificate of {address} was rejected. Check BaseAddress, this host's clock and any proxy in between.",
        TransportError.TlsFailed => $"The TLS handshake with {address} failed. If it keeps failing, check BaseAddress, a proxy or load balancer in between, and the certificate.",
        TransportError.TimedOut => $"The request to {address} timed out.",
        TransportError.CutOff => $"The connection to {address} was closed before the response was complete.",
        TransportError.TooLong => $"The response of {address} is longer than EngageLab's responses. Check BaseAddress and any proxy in between.",
        TransportError.Redirected => $"The HttpClient of the options followed a redirect of {address}, so the response is from another address. Set AllowAutoRedirect to false, and check BaseAddress.",
        TransportError.ClientFailed => $"The request to {address} was not sent: the client failed with {ExceptionType} ({Exception?.Message}). Check the handlers of the given HttpClient, or the proxy settings of the process.",
        TransportError.Unexpected => $"The request to {address} failed unexpectedly with {ExceptionType}.",
        _ => DescribeResponse(address),
    };

    private string DescribeResponse(string address)
    {
        string? status = ((int?)Status)?.ToString(CultureInfo.InvariantCulture);
        string code = Code is { } number ? $"code {number}" : "no code";
        string message = string.IsNullOrEmpty(Message) ? "" : $" (\"{Message}\")";
        return $"{address} responded with status {status} and {code}{message}. {Advice}";
    }

    private string Advice => (Code, (int?)Status) switch
    {
        (not null and not 0, _) => EngageCodes.Find(Code)?.Advice ?? "EngageLab rejected the content of the request.",
        (_, 401 or 403) => "The credentials were rejected: check ApiKey and ApiSecret, and any proxy in between.",
        (_, 404 or 405 or 410) => "The path doesn't exist: check BaseAddress.",
        (_, >= 300 and <= 399) => "Redirects are not followed: check BaseAddress.",
        (_, 413) => "The request is too large; smaller ones are sent. See MaxBatchBytes.",
        (_, 429) => "There were too many requests.",
        (_, >= 500) => "The server reported an internal error.",
        (null, >= 200 and <= 299) => "The response isn't EngageLab's: check BaseAddress and any proxy in between.",
        _ => "Check BaseAddress and any proxy in between.",
    };
}
