using Microsoft.Extensions.DependencyInjection;
using TypedEvents.Lifetime;

namespace TypedEvents;

/// <summary>
/// Starts and flushes the trackers of a container where no host does: in console programs, MAUI, and functions that are
/// frozen between two calls.
/// </summary>
public static class TypedEventsServiceProviderExtensions
{
    /// <summary>Creates all registered trackers and opens their outboxes, as a host does when it starts.</summary>
    /// <param name="services">The container.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Settings are invalid; each is named with its configuration key.</exception>
    /// <exception cref="OutboxUnusableException">An outbox can't be used by its tracker. The message names the remedy.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="InvalidOperationException">No tracker is registered.</exception>
    public static async ValueTask StartTypedEventsAsync(this IServiceProvider services, CancellationToken cancellationToken = default) =>
        await LifetimeOf(services).StartAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Waits until everything that was tracked before is settled, for all trackers that were created, in parallel. Call it at the end of each call of a
    /// function whose process may be frozen or ended after it.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="cancellationToken">Cancels the wait, not the delivery.</param>
    /// <returns>The result of each tracker, by its name.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="InvalidOperationException">No tracker is registered.</exception>
    public static ValueTask<IReadOnlyDictionary<string, FlushResult>> FlushTypedEventsAsync(this IServiceProvider services, CancellationToken cancellationToken = default) =>
        LifetimeOf(services).FlushAsync(cancellationToken);

    private static TrackerLifetime LifetimeOf(IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.GetService<TrackerLifetime>()
            ?? throw new InvalidOperationException("No tracker is registered in this container. Call AddTypedEvents on its service collection.");
    }
}
