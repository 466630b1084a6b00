using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace TypedEvents.AspNetCore;

/// <summary>Options that determine the current user of a request, and which requests are tracked.</summary>
public sealed class CurrentUserOptions
{
    /// <summary>
    /// The type of the claim whose value is the user's id (<see cref="EngageUser.UserId"/>). <see langword="null"/>, the default:
    /// <see cref="ClaimTypes.NameIdentifier"/>, or <c>sub</c> if that is missing. The claim isn't read if <see cref="Map"/> is set.
    /// </summary>
    public string? ClaimType { get; set; }

    /// <summary>
    /// A function that returns the user of a request, for example from a claim with an EUID, or <see langword="null"/> if nobody is signed in. It is called at each
    /// <c>Track</c>, on the request's thread, and must not take the user from anything that a client can choose freely, such as a header.
    /// <see langword="null"/>, the
    /// default: the claim. Its exceptions reach the caller of <c>Track</c>.
    /// </summary>
    public Func<HttpContext, EngageUser?>? Map { get; set; }

    /// <summary>
    /// Whether events are <see cref="TrackResult.Filtered"/> while the visitor hasn't consented (<see cref="ITrackingConsentFeature.CanTrack"/>, which
    /// <c>UseCookiePolicy</c> provides). Without that feature they are tracked. Default: <see langword="true"/>.
    /// </summary>
    public bool RespectTrackingConsent { get; set; } = true;

    /// <summary>
    /// Whether a request is a bot's, whose events are <see cref="TrackResult.Filtered"/>; for instance by its <c>User-Agent</c>. <see langword="null"/>, the
    /// default: no request is. What it throws reaches the caller of <c>Track</c>.
    /// </summary>
    public Func<HttpContext, bool>? IsBot { get; set; }
}
