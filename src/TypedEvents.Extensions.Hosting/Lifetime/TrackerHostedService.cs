using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TypedEvents.Registration;

namespace TypedEvents.Lifetime;

/// <summary>
/// Starts the trackers before everything else of a host, and flushes them when everything else has stopped. They stay open: the container
/// disposes them last, after services that still track.
/// </summary>
/// <remarks>The trackers are resolved at the start, not before, so that a wrong setting fails the start and not the making of the services.</remarks>
internal sealed class TrackerHostedService(IServiceProvider services) : IHostedLifecycleService
{
    /// <summary>Whether the host calls all of the six methods; a legacy web host calls only the two of <see cref="IHostedService"/>.</summary>
    private bool _hasLifecycle;

    /// <summary>Resolved before the stop: the container may be disposed while the host stops, as that of a test host is.</summary>
    private TrackerFactory? _factory;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _hasLifecycle = true;
        return StartTrackersAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => _hasLifecycle ? Task.CompletedTask : StartTrackersAsync(cancellationToken);

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => _hasLifecycle ? Task.CompletedTask : DrainAsync(cancellationToken);

    public Task StoppedAsync(CancellationToken cancellationToken) => _hasLifecycle ? DrainAsync(cancellationToken) : Task.CompletedTask;

    private async Task StartTrackersAsync(CancellationToken cancellationToken)
    {
        _factory = services.GetRequiredService<TrackerFactory>();
        TrackerLifetime lifetime = services.GetRequiredService<TrackerLifetime>();
        await lifetime.StartAsync(cancellationToken).ConfigureAwait(false);
        if (HostTimeout.Find(services) is { } timeout)
        {
            lifetime.CompareWithHost(timeout);
        }
    }

    /// <summary>It never throws: the host would report it as the failure of its own stop.</summary>
    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        List<Task> drains = [];
        foreach ((_, EventTracker tracker) in FindFactory()?.Made ?? [])
        {
            drains.Add(tracker.DrainAsync(cancellationToken).AsTask());
        }

        await Task.WhenAll(drains).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <returns>The factory; <see langword="null"/>: the host was never started, and its container is disposed, which has stopped the trackers.</returns>
    private TrackerFactory? FindFactory()
    {
        try
        {
            return _factory ?? services.GetRequiredService<TrackerFactory>();
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }
}
