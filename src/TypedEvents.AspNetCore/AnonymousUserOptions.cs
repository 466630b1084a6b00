using Microsoft.AspNetCore.Http;

namespace TypedEvents.AspNetCore;

/// <summary>Options for recognizing visitors who haven't signed in.</summary>
public sealed class AnonymousUserOptions
{
    /// <summary>What a cookie's name may contain besides letters and digits (RFC 6265, section 4.1.1, and RFC 9110, section 5.6.2: token).</summary>
    private const string Punctuation = "!#$%&'*+-.^_`|~";

    /// <summary>
    /// The cookie that holds the visitor's id. Default: <c>.TypedEvents.Visitor</c>, for 365 days, <c>HttpOnly</c>, <c>Secure</c> (also on http),
    /// <c>SameSite=Lax</c>, and not essential, so that <c>UseCookiePolicy</c> withholds it without consent.
    /// </summary>
    public CookieBuilder Cookie { get; } = new()
    {
        Name = ".TypedEvents.Visitor",
        Path = "/",
        HttpOnly = true,
        SecurePolicy = CookieSecurePolicy.Always,
        SameSite = SameSiteMode.Lax,
        IsEssential = false,
        MaxAge = TimeSpan.FromDays(365),
    };

    /// <summary>Finds what makes the cookie useless: browsers silently ignore such a cookie, and each request would be another visitor's.</summary>
    internal List<string> FindFailures()
    {
        List<string> failures = [];
        if (Cookie.Name is not { Length: > 0 } name || !name.All(static character => char.IsAsciiLetterOrDigit(character) || Punctuation.Contains(character, StringComparison.Ordinal)))
        {
            failures.Add($"Cookie.Name must be a name of ASCII letters, digits and {Punctuation}, but was '{Cookie.Name}'.");
        }

        if (Cookie.MaxAge is { } age && age <= TimeSpan.Zero)
        {
            failures.Add($"Cookie.MaxAge must be more than zero, but was {age}. Leave it null for a cookie that ends with the browser's session.");
        }

        if (Cookie.Path is { Length: > 0 } path && path[0] != '/')
        {
            failures.Add($"Cookie.Path must begin with a slash, but was '{path}'.");
        }

        if (Cookie.SameSite == SameSiteMode.None && Cookie.SecurePolicy != CookieSecurePolicy.Always)
        {
            failures.Add("Cookie.SecurePolicy must be Always for Cookie.SameSite None: browsers reject the cookie otherwise.");
        }

        return failures;
    }
}
