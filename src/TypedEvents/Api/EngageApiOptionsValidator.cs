namespace TypedEvents;

/// <summary>Validates options. Its exceptions name the option, its value (never a secret) and the legal values.</summary>
internal static class EngageApiOptionsValidator
{
    private static readonly TimeSpan MinTimeout = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromMinutes(10);

    /// <exception cref="ArgumentException">An option is invalid.</exception>
    public static void Validate(EngageApiOptions options)
    {
        ValidateBaseAddress(options.BaseAddress, options.AllowInsecureLoopback);
        ValidateCredentials(options.ApiKey, options.ApiSecret);
        ValidateAppKey(options.AppKey);
        if (options.Timeout < MinTimeout || options.Timeout > MaxTimeout)
        {
            throw new ArgumentException($"Timeout must be between {MinTimeout} and {MaxTimeout}, but was {options.Timeout}.", nameof(options));
        }

        if (options.TimeProvider is null)
        {
            throw new ArgumentException("TimeProvider must not be null; leave it unset for the system clock.", nameof(options));
        }
    }

    /// <exception cref="ArgumentException">The address isn't absolute, or neither https nor an allowed loopback address.</exception>
    public static void ValidateBaseAddress(Uri? address, bool allowInsecureLoopback)
    {
        if (address is not { IsAbsoluteUri: true })
        {
            throw new ArgumentException($"BaseAddress must be absolute, such as {EngageApiOptions.DefaultBaseAddress}, but was '{address}'.", nameof(address));
        }

        if (address.UserInfo.Length > 0)
        {
            throw new ArgumentException("BaseAddress must not contain a user name or password; put credentials in ApiKey and ApiSecret.", nameof(address));
        }

        if (address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            throw new ArgumentException($"BaseAddress must not have a query or a fragment, but was '{address}'.", nameof(address));
        }

        foreach (string path in EngagePaths.All)
        {
            if (address.AbsolutePath.TrimEnd('/').EndsWith(path, StringComparison.OrdinalIgnoreCase))
            {
                throw new ArgumentException($"BaseAddress must end before '/{path}', which the library appends, but was '{address}'.", nameof(address));
            }
        }

        bool isHttps = address.Scheme == Uri.UriSchemeHttps;
        bool isHttpToLoopback = address.Scheme == Uri.UriSchemeHttp && IsLoopback(address);
        if (!isHttps && !(isHttpToLoopback && allowInsecureLoopback))
        {
            // "loopback" as it was written, not "localhost", into which Uri turns it.
            string written = address.IsLoopback && !IsLoopback(address) ? address.OriginalString : address.ToString();
            throw new ArgumentException(
                $"BaseAddress must be https, or http to this host (localhost, 127.0.0.1 or [::1]) with AllowInsecureLoopback set, but was '{written}'.",
                nameof(address));
        }
    }

    /// <exception cref="ArgumentException">The key or the secret is missing or can't be part of a Basic header.</exception>
    public static void ValidateCredentials(string? apiKey, string? apiSecret)
    {
        if (string.IsNullOrWhiteSpace(apiKey))
        {
            throw new ArgumentException("ApiKey is missing. EngageLab shows it with the project's API keys.", nameof(apiKey));
        }

        if (string.IsNullOrWhiteSpace(apiSecret))
        {
            throw new ArgumentException("ApiSecret is missing. EngageLab shows it with the project's API keys.", nameof(apiSecret));
        }

        if (apiKey.Contains(':', StringComparison.Ordinal))
        {
            throw new ArgumentException("ApiKey must not contain a colon, which ends the key in a Basic header (RFC 7617). Does it include the secret?", nameof(apiKey));
        }

        ValidateCharacters("ApiKey", apiKey, nameof(apiKey));
        ValidateCharacters("ApiSecret", apiSecret, nameof(apiSecret));
    }

    private static void ValidateCharacters(string option, string value, string parameter)
    {
        if (char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1]))
        {
            throw new ArgumentException($"{option} must not begin or end with white space, such as the line break at the end of a file; trim it.", parameter);
        }

        foreach (char character in value)
        {
            if (char.IsControl(character))
            {
                throw new ArgumentException($"{option} contains a control character, which a Basic header can't contain (RFC 7617).", parameter);
            }
        }

        if (!WellFormedText.IsWellFormed(value))
        {
            throw new ArgumentException($"{option} contains half of a surrogate pair, which UTF-8 can't represent: EngageLab would receive other credentials.", parameter);
        }
    }

    /// <summary>
    /// <see cref="Uri"/> considers the name "loopback" to be this host, too, and reports it as "localhost". It is an ordinary name, to which
    /// a resolver may append its search domain: another host would receive the credentials in clear text.
    /// </summary>
    private static bool IsLoopback(Uri address) => address.IsLoopback
        && (address.HostNameType != UriHostNameType.Dns || NamesLocalhost(address.OriginalString.AsSpan().Trim()));

    private static bool NamesLocalhost(ReadOnlySpan<char> address)
    {
        const string Localhost = "http://localhost";
        return address.StartsWith(Localhost, StringComparison.OrdinalIgnoreCase)
            && (address.Length == Localhost.Length || address[Localhost.Length] is ':' or '/');
    }

    private static void ValidateAppKey(string? appKey)
    {
        if (appKey is not null && string.IsNullOrWhiteSpace(appKey))
        {
            throw new ArgumentException("AppKey must not be empty; use null to send no app_key.", nameof(appKey));
        }

        if (!WellFormedText.IsWellFormed(appKey))
        {
            throw new ArgumentException("AppKey contains half of a surrogate pair, which UTF-8 can't represent: EngageLab would receive another app_key.", nameof(appKey));
        }
    }
}
