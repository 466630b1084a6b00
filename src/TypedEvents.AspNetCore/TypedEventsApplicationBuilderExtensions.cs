using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TypedEvents.AspNetCore;

/// <summary>Middleware for anonymous visitors, and for processes that are frozen between requests.</summary>
public static class TypedEventsApplicationBuilderExtensions
{
    /// <summary>
    /// Recognizes visitors who haven't signed in by a cookie with a random id (<see cref="EngageUser.AnonymousId"/>). The cookie is set when the first event
    /// of a new visitor is tracked, before the response has begun, and only with consent. Place it before the endpoints that track, and after
    /// <c>UseCookiePolicy</c>. EngageLab documents no way to merge a visitor's events with those of the user who signs in later.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <param name="configure">Changes the cookie.</param>
    /// <exception cref="ArgumentException">The cookie can't work; the message names everything that is wrong with it.</exception>
    public static IApplicationBuilder UseAnonymousUsers(this IApplicationBuilder app, Action<AnonymousUserOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        var options = new AnonymousUserOptions();
        configure?.Invoke(options);
        if (options.FindFailures() is { Count: > 0 } failures)
        {
            throw new ArgumentException(string.Join(' ', failures), nameof(configure));
        }

        return app.Use((context, next) =>
        {
            context.Features.Set(new AnonymousUser(context, options.Cookie));
            return next(context);
        });
    }

    /// <summary>
    /// Makes all trackers of the container deliver the events of a request before the request ends, for processes that get no CPU time between
    /// requests. Elsewhere, it
    /// only costs time: the tracker delivers in the background. Place it first.
    /// </summary>
    /// <remarks>
    /// A flush takes up to <c>EventTrackerOptions.FlushTimeout</c>; set that to the time that a request may take. A client that disconnects doesn't end it. Failures
    /// are logged and don't change the response.
    /// </remarks>
    /// <param name="app">The application.</param>
    /// <param name="moment">When.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="moment"/> isn't one of the two.</exception>
    /// <exception cref="InvalidOperationException">No tracker is registered in the application's container.</exception>
    public static IApplicationBuilder UseTypedEventsFlush(this IApplicationBuilder app, FlushMoment moment = FlushMoment.BeforeResponse)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (!Enum.IsDefined(moment))
        {
            throw new ArgumentOutOfRangeException(nameof(moment), moment, "It must be BeforeResponse or AfterResponse.");
        }

        IServiceProvider services = app.ApplicationServices;
        ThrowIfNoTracker(services);
        ILogger logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("TypedEvents.AspNetCore");
        return app.Use(async (context, next) =>
        {
            if (moment == FlushMoment.AfterResponse)
            {
                context.Response.OnCompleted(() => FlushAsync(services, logger));
                await next(context).ConfigureAwait(false);
                return;
            }

            try
            {
                await next(context).ConfigureAwait(false);
            }
            finally
            {
                await FlushAsync(services, logger).ConfigureAwait(false);
            }
        });
    }

    /// <summary>A flush that is cancelled already throws at once where no tracker is registered, and does nothing otherwise.</summary>
    private static void ThrowIfNoTracker(IServiceProvider services) =>
        _ = services.FlushTypedEventsAsync(new CancellationToken(canceled: true)).AsTask();

    private static async Task FlushAsync(IServiceProvider services, ILogger logger)
    {
        try
        {
            await services.FlushTypedEventsAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The request has succeeded, whatever becomes of its events.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.RequestFlushFailed(logger, exception);
        }
    }
}
