using System.Net;

namespace TypedEvents;

/// <summary>
/// EngageLab didn't take a request. The message says what came back and what to check. Neither it nor an inner exception holds credentials:
/// what others wrote into theirs is redacted.
/// </summary>
public sealed class EngageApiException : Exception
{
    internal EngageApiException(string message, EngageResponse response)
        : base(message, response.Exception)
    {
        StatusCode = response.Status;
        Code = response.Code;
        ServerMessage = response.Message;
        RetryAfter = response.RetryAfter;
    }

    /// <summary>The HTTP status; <see langword="null"/> when no whole response came.</summary>
    public HttpStatusCode? StatusCode { get; }

    /// <summary>The response's <c>code</c>; <see langword="null"/> when it had none.</summary>
    public int? Code { get; }

    /// <summary>
    /// The response's <c>message</c>, at most 256 characters: credentials in it are redacted, and control, format and separator characters
    /// are escaped (<c>\u000A</c>).
    /// </summary>
    public string? ServerMessage { get; }

    /// <summary>How long the server asks to wait (<c>Retry-After</c>).</summary>
    public TimeSpan? RetryAfter { get; }
}
