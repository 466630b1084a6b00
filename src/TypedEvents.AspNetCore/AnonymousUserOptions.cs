using Microsoft.AspNetCore.Http;

namespace TypedEvents.AspNetCore;

/// <summary>Says how visitors who haven't signed in are recognized.</summary>
public sealed class AnonymousUserOptions
{
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
}
