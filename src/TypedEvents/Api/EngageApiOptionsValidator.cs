namespace TypedEvents;

/// <summary>Validates options. Each failure names the option, its value (never a secret) and the legal values.</summary>
internal static class EngageApiOptionsValidator
{
    public static readonly TimeSpan MinTimeout = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan MaxTimeout = TimeSpan.FromMinutes(10);

    /// <exception cref="ArgumentException">Options are invalid; the message lists all of them.</exception>
    public static void Validate(EngageApiOptions options)
    {
        List<OptionFailure> failures = [];
        Find(options, needsCredentials: true, failures);
        if (options.Timeout < MinTimeout || options.Timeout > MaxTimeout)
        {
            failures.Add(new(nameof(options.Timeout), $"Timeout must be between {MinTimeout} and {MaxTimeout}, but was {options.Timeout}."));
        }

        OptionFailure.ThrowIfAny(failures);
    }

    /// <exception cref="ArgumentException">The key or the secret is missing or can't be part of a Basic header.</exception>
    public static void ValidateCredentials(string? apiKey, string? apiSecret)
    {
        List<OptionFailure> failures = [];
        FindInCredentials(apiKey, apiSecret, failures);
        OptionFailure.ThrowIfAny(failures);
    }

    /// <summary>Adds what is wrong with the options, except for the timeout, which has another name in a tracker's options.</summary>
    /// <param name="options">The options.</param>
    /// <param name="needsCredentials">Whether credentials must be there; if they needn't, they aren't checked.</param>
    /// <param name="failures">The list to add to.</param>
    public static void Find(EngageApiOptions options, bool needsCredentials, List<OptionFailure> failures)
    {
        if (DescribeBaseAddress(options.BaseAddress, options.AllowInsecureLoopback) is { } wrongAddress)
        {
            failures.Add(new(nameof(options.BaseAddress), wrongAddress));
        }

        if (needsCredentials)
        {
            FindInCredentials(options.ApiKey, options.ApiSecret, failures);
        }

        if (DescribeAppKey(options.AppKey) is { } wrongAppKey)
        {
            failures.Add(new(nameof(options.AppKey), wrongAppKey));
        }

        if (options.TimeProvider is null)
        {
            failures.Add(new(nameof(options.TimeProvider), "TimeProvider must not be null; leave it unset for the system clock."));
        }
    }

    private static void FindInCredentials(string? apiKey, string? apiSecret, List<OptionFailure> failures)
    {
        foreach ((string option, string? value) in (ReadOnlySpan<(string, string?)>)[(nameof(EngageApiOptions.ApiKey), apiKey), (nameof(EngageApiOptions.ApiSecret), apiSecret)])
        {
            if (DescribeCredential(option, value) is { } wrong)
            {
                failures.Add(new(option, wrong));
            }
        }
    }

    /// <summary>Says what is wrong with the address: it isn't absolute, or neither https nor an allowed loopback address.</summary>
    private static string? DescribeBaseAddress(Uri? address, bool allowInsecureLoopback)
    {
        if (address is not { IsAbsoluteUri: true })
        {
            return $"BaseAddress must be absolute, such as {EngageApiOptions.DefaultBaseAddress}, but was '{address}'.";
        }

        if (address.UserInfo.Length > 0)
        {
            return "BaseAddress must not contain a user name or password; put credentials in ApiKey and ApiSecret.";
        }

        if (address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            return $"BaseAddress must not have a query or a fragment, but was '{address}'.";
        }

        foreach (string path in EngagePaths.All)
        {
            if (address.AbsolutePath.TrimEnd('/').EndsWith(path, StringComparison.OrdinalIgnoreCase))
            {
                return $"BaseAddress must end before '/{path}', which the library appends, but was '{address}'.";
            }
        }

        bool isHttps = address.Scheme == Uri.UriSchemeHttps;
        bool isHttpToLoopback = address.Scheme == Uri.UriSchemeHttp && IsLoopback(address);
        if (isHttps || (isHttpToLoopback && allowInsecureLoopback))
        {
            return null;
        }

        // "loopback" as it was written, not "localhost", into which Uri turns it.
        string written = address.IsLoopback && !IsLoopback(address) ? address.OriginalString : address.ToString();
        return $"BaseAddress must be https, or http to this host (localhost, 127.0.0.1 or [::1]) with AllowInsecureLoopback set, but was '{written}'.";
    }

    /// <summary>Says what is wrong with the key or the secret: it is missing or can't be part of a Basic header.</summary>
    private static string? DescribeCredential(string option, string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return $"{option} is missing. EngageLab shows it with the project's API keys.";
        }

        if (option == nameof(EngageApiOptions.ApiKey) && value.Contains(':', StringComparison.Ordinal))
        {
            return "ApiKey must not contain a colon, which ends the key in a Basic header (RFC 7617). Does it include the secret?";
        }

        if (char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1]))
        {
            return $"{option} must not begin or end with white space, such as the line break at the end of a file; trim it.";
        }

        if (WellFormedText.HasControl(value))
        {
            return $"{option} contains a control character, which a Basic header can't contain (RFC 7617).";
        }

        return WellFormedText.IsWellFormed(value)
            ? null
            : $"{option} contains half of a surrogate pair, which UTF-8 can't represent: EngageLab would receive other credentials.";
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

    private static string? DescribeAppKey(string? appKey)
    {
        if (appKey is not null && string.IsNullOrWhiteSpace(appKey))
        {
            return "AppKey must not be empty; use null to send no app_key.";
        }

        return WellFormedText.IsWellFormed(appKey)
            ? null
            : "AppKey contains half of a surrogate pair, which UTF-8 can't represent: EngageLab would receive another app_key.";
    }
}
