namespace TypedEvents;

/// <summary>Says what is wrong with options: which one, its value (never that of a secret), and what is legal.</summary>
internal static class EngageApiOptionsValidator
{
    private static readonly TimeSpan MinTimeout = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromMinutes(10);

    /// <exception cref="ArgumentException">An option has no legal value.</exception>
    public static void Validate(EngageApiOptions options)
    {
        ValidateBaseAddress(options.BaseAddress, options.AllowInsecureLoopback);
        ValidateCredentials(options.ApiKey, options.ApiSecret);
        ValidateAppKey(options.AppKey);
        if (options.Timeout < MinTimeout || options.Timeout > MaxTimeout)
        {
            throw new ArgumentException($"Timeout is {options.Timeout}: it has to be {MinTimeout} to {MaxTimeout}.", nameof(options));
        }

        if (options.TimeProvider is null)
        {
            throw new ArgumentException("TimeProvider is null: leave it unset for the system's clock.", nameof(options));
        }
    }

    /// <exception cref="ArgumentException">The address isn't absolute, or neither https nor an allowed loopback address.</exception>
    public static void ValidateBaseAddress(Uri? address, bool allowInsecureLoopback)
    {
        if (address is not { IsAbsoluteUri: true })
        {
            throw new ArgumentException($"BaseAddress is '{address}': it has to be absolute, such as {EngageApiOptions.DefaultBaseAddress}.", nameof(address));
        }

        if (address.UserInfo.Length > 0)
        {
            throw new ArgumentException("BaseAddress holds a user name or a password: credentials belong into ApiKey and ApiSecret.", nameof(address));
        }

        if (address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            throw new ArgumentException($"BaseAddress is '{address}': it can't have a query or a fragment.", nameof(address));
        }

        bool isHttps = address.Scheme == Uri.UriSchemeHttps;
        bool isHttpToLoopback = address.Scheme == Uri.UriSchemeHttp && address.IsLoopback;
        if (!isHttps && !(isHttpToLoopback && allowInsecureLoopback))
        {
            throw new ArgumentException(
                $"BaseAddress is '{address}': it has to be https, or http to an address of this machine with AllowInsecureLoopback set.",
                nameof(address));
        }
    }

    /// <exception cref="ArgumentException">The key or the secret is missing or can't stand in a Basic header.</exception>
    public static void ValidateCredentials(string? apiKey, string? apiSecret)
    {
        if (string.IsNullOrWhiteSpace(apiKey))
        {
            throw new ArgumentException("ApiKey is missing: EngageLab shows it with the project's API keys.", nameof(apiKey));
        }

        if (string.IsNullOrWhiteSpace(apiSecret))
        {
            throw new ArgumentException("ApiSecret is missing: EngageLab shows it with the project's API keys.", nameof(apiSecret));
        }

        if (apiKey.Contains(':', StringComparison.Ordinal))
        {
            throw new ArgumentException("ApiKey holds a colon, which ends the key in a Basic header (RFC 7617). Is the secret in it too?", nameof(apiKey));
        }
    }

    private static void ValidateAppKey(string? appKey)
    {
        if (appKey is not null && string.IsNullOrWhiteSpace(appKey))
        {
            throw new ArgumentException("AppKey is empty: leave it null if no app_key is to be sent.", nameof(appKey));
        }

        if (!WellFormedText.IsWellFormed(appKey))
        {
            throw new ArgumentException("AppKey holds half of a surrogate pair, which can't be sent: another app_key would arrive.", nameof(appKey));
        }
    }
}
