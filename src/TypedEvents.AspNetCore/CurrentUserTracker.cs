using System.Data.Common;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace TypedEvents.AspNetCore;

/// <summary>Tracks events for the current user of the request; without one (in a Blazor circuit, a job), for the one that the accessor tells.</summary>
internal sealed class CurrentUserTracker(IEventTracker tracker, IEngageUserAccessor accessor, IHttpContextAccessor request, CurrentUserOptions options)
    : IUserEventTracker, ITransactionalUserTracker
{
    public EngageUser? User => accessor.GetUser();

    public TrackResult Track<TEvent>(TEvent value, EventContext context = default)
        where TEvent : IEngageEvent<TEvent> =>
        Find(out EngageUser user) is { } reason ? tracker.Drop(value, reason) : tracker.Track(user, value, context);

    public ValueTask<TrackResult> TrackAsync<TEvent>(TEvent value, EventContext context = default, CancellationToken cancellationToken = default)
        where TEvent : IEngageEvent<TEvent> =>
        Find(out EngageUser user) is { } reason
            ? ValueTask.FromResult(tracker.Drop(value, reason))
            : tracker.TrackAsync(user, value, context, cancellationToken);

    IUserEventTracker ITransactionalUserTracker.Enlist(DbTransaction transaction) =>
        new CurrentUserTracker(tracker.Enlist(transaction), accessor, request, options);

    /// <returns>Why the event isn't tracked, or <see langword="null"/>. Consent comes first: without it not even the user is read.</returns>
    private TrackResult? Find(out EngageUser user)
    {
        user = default;
        if (request.HttpContext is { } context && !MayTrack(context))
        {
            return TrackResult.Filtered;
        }

        if (User is not { } known)
        {
            return TrackResult.NoUser;
        }

        user = known;
        return null;
    }

    private bool MayTrack(HttpContext context) =>
        !(options.RespectTrackingConsent && context.Features.Get<ITrackingConsentFeature>() is { CanTrack: false })
        && options.IsBot?.Invoke(context) != true;
}
