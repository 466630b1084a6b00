using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace TypedEvents.AspNetCore;

/// <summary>
/// The visitor of a request, by a cookie. A new visitor gets the cookie when the first event asks for the id, so that responses without events stay
/// cacheable.
/// </summary>
/// <remarks>
/// The client chooses what the cookie holds. So only an id as made here is accepted, and it is always an anonymous id: nobody can speak as a user, and
/// another visitor's id has 128 random bits.
/// </remarks>
internal sealed class AnonymousUser(HttpContext context, CookieBuilder cookie)
{
    private const int IdBytes = 16;

    private readonly object _lock = new();
    private string? _id;

    /// <summary>Returns the visitor's id, or <see langword="null"/> without consent, or for a new visitor whose response has begun.</summary>
    public string? GetId()
    {
        if (context.Features.Get<ITrackingConsentFeature>() is { CanTrack: false })
        {
            return null;
        }

        lock (_lock)
        {
            return _id ??= Find() ?? Make();
        }
    }

    private string? Find() => context.Request.Cookies.TryGetValue(cookie.Name!, out string? id) && IsId(id) ? id : null;

    private string? Make()
    {
        if (context.Response.HasStarted)
        {
            return null;
        }

        string id = Convert.ToHexString(RandomNumberGenerator.GetBytes(IdBytes));
        context.Response.Cookies.Append(cookie.Name!, id, cookie.Build(context));
        return id;
    }

    private static bool IsId(string? id) => id is { Length: 2 * IdBytes } && id.All(static character => char.IsAsciiDigit(character) || character is >= 'A' and <= 'F');
}
