namespace TypedEvents.Emulator;

/// <summary>
/// The values of <c>code</c> in the emulator's own responses. Where the documentation has a code, it is that one;
/// the others are made up from 90000 and the HTTP status, so that none is taken for a documented one.
/// </summary>
public static class EmulatorCodes
{
    /// <summary>All went well, or, for a registration, some of it (documented).</summary>
    public const int Success = 0;

    /// <summary>An event's <c>euid</c> is missing, null or an empty string (documented).</summary>
    public const int EmptyEuid = 40007;

    /// <summary>The Basic authentication is missing or wrong (documented).</summary>
    public const int AuthenticationFailed = 40050;

    /// <summary>The body breaks a rule; the message names the place and the rule.</summary>
    public const int InvalidBody = 90400;

    /// <summary>There is no such path.</summary>
    public const int UnknownPath = 90404;

    /// <summary>The path takes another method.</summary>
    public const int MethodNotAllowed = 90405;

    /// <summary>The body is larger than <see cref="EmulatorOptions.MaxRequestBytes"/>.</summary>
    public const int BodyTooLarge = 90413;

    /// <summary>The body isn't JSON in UTF-8 by its headers, or is compressed in a way that isn't accepted.</summary>
    public const int UnsupportedMediaType = 90415;

    /// <summary>The emulator was told to reject an event or a user of the request.</summary>
    public const int Rejected = 90422;

    /// <summary>A predicate or function that the emulator was given threw.</summary>
    public const int CallbackFailed = 90500;
}
