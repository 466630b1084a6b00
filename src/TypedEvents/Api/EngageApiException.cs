using System.Net;

namespace TypedEvents;

/// <summary>
/// EngageLab didn't accept a request. The message describes the response and says what to check. Neither the message nor an inner exception
/// contains credentials: those that a server or a handler wrote into theirs are redacted.
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

    /// <summary>The HTTP status; <see langword="null"/> if there was no complete response.</summary>
    public HttpStatusCode? StatusCode { get; }

    /// <summary>The response's <c>code</c>; <see langword="null"/> if it had none.</summary>
    public int? Code { get; }

    /// <summary>
    /// The response's <c>message</c>, at most 256 characters: credentials in it are redacted, and control, format and separator characters
    /// are escaped (<c>\u000A</c>).
    /// </summary>
    public string? ServerMessage { get; }

    /// <summary>How long the server asks clients to wait (<c>Retry-After</c>); <see langword="null"/> if it doesn't say.</summary>
    public TimeSpan? RetryAfter { get; }
}
