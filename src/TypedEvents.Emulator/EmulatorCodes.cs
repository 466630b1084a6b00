namespace TypedEvents.Emulator;

/// <summary>
/// The values of <c>code</c> in the emulator's own responses. Documented codes are used where they exist. The others are 90000 plus the
/// HTTP status, so that they can't be mistaken for documented ones.
/// </summary>
public static class EmulatorCodes
{
    /// <summary>Success; for a registration also partial success (documented).</summary>
    public const int Success = 0;

    /// <summary>An event's <c>euid</c> is missing, null or an empty string (documented).</summary>
    public const int EmptyEuid = 40007;

    /// <summary>The Basic authentication is missing or invalid (documented).</summary>
    public const int AuthenticationFailed = 40050;

    /// <summary>The body violates a rule; the message names the place and the rule.</summary>
    public const int InvalidBody = 90400;

    /// <summary>The path doesn't exist.</summary>
    public const int UnknownPath = 90404;

    /// <summary>The path requires another method.</summary>
    public const int MethodNotAllowed = 90405;

    /// <summary>The body is larger than <see cref="EmulatorOptions.MaxRequestBytes"/>.</summary>
    public const int BodyTooLarge = 90413;

    /// <summary>According to its headers the body isn't JSON in UTF-8, or it has a compression that isn't accepted.</summary>
    public const int UnsupportedMediaType = 90415;

    /// <summary>
    /// The <c>Host</c> header is neither a loopback name with the emulator's port nor one of <see cref="EmulatorOptions.AllowedHosts"/>.
    /// </summary>
    public const int UnknownHost = 90421;

    /// <summary>The request contains an event or a user that the emulator was configured to reject.</summary>
    public const int Rejected = 90422;

    /// <summary>A predicate or function that was passed to the emulator threw an exception.</summary>
    public const int CallbackFailed = 90500;
}
