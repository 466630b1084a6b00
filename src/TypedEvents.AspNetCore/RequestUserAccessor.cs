using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace TypedEvents.AspNetCore;

/// <summary>Finds the user of the request: the signed-in one, otherwise the visitor's anonymous id.</summary>
internal sealed class RequestUserAccessor(IHttpContextAccessor request, CurrentUserOptions options) : IEngageUserAccessor
{
    /// <summary>The claim that a token's <c>sub</c> stays in where claims aren't renamed (<c>MapInboundClaims = false</c>).</summary>
    private const string Subject = "sub";

    public EngageUser? GetUser() =>
        request.HttpContext is not { } context ? null
        : FindSignedIn(context) is { } user ? user
        : context.Features.Get<AnonymousUser>()?.GetId() is { } id ? EngageUser.AnonymousId(id)
        : null;

    private EngageUser? FindSignedIn(HttpContext context)
    {
        if (options.Map is { } map)
        {
            return map(context);
        }

        ClaimsPrincipal principal = context.User;
        if (principal.Identity?.IsAuthenticated != true)
        {
            return null;
        }

        string? id = options.ClaimType is { } type
            ? principal.FindFirstValue(type)
            : principal.FindFirstValue(ClaimTypes.NameIdentifier) ?? principal.FindFirstValue(Subject);
        return string.IsNullOrEmpty(id) ? null : EngageUser.UserId(id);
    }
}
