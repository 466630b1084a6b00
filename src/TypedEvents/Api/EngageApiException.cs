using System.Net;

namespace TypedEvents;

/// <summary>
/// EngageLab didn't accept a request. The message describes the response and says what to check. Neither the message nor an inner exception
/// contains credentials: those that a server or a handler wrote into theirs are redacted.
/// </summary>
public sealed class EngageApiException : Exception
{
    /// <summary>Creates an exception, such as for a test of code that handles it.</summary>
    public EngageApiException()
        : base("EngageLab didn't accept the request.")
    {
    }

    /// <summary>Creates an exception, such as for a test of code that handles it.</summary>
    /// <param name="message">What the response was, and what to check.</param>
    public EngageApiException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception, such as for a test of code that handles it.</summary>
    /// <param name="message">What the response was, and what to check.</param>
    /// <param name="innerException">Why there was no response; <see langword="null"/> if there was one.</param>
    public EngageApiException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal EngageApiException(string message, EngageResponse response)
        : base(message, response.Exception)
    {
        StatusCode = response.Status;
        Code = response.Code;
        ServerMessage = response.Message;
        RetryAfter = response.RetryAfter;
    }

    /// <summary>The HTTP status; <see langword="null"/> if there was no complete response.</summary>
    public HttpStatusCode? StatusCode { get; init; }

    /// <summary>The response's <c>code</c>; <see langword="null"/> if it had none.</summary>
    public int? Code { get; init; }

    /// <summary>
    /// The response's <c>message</c>, at most 256 characters: credentials in it are redacted, and control, format and separator characters
    /// are escaped (<c>\u000A</c>).
    /// </summary>
    public string? ServerMessage { get; init; }

    /// <summary>How long the server asks clients to wait (<c>Retry-After</c>); <see langword="null"/> if it doesn't say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
