using Microsoft.Extensions.DependencyInjection;

namespace TypedEvents.Registration;

/// <summary>The trackers of a service collection, in the order in which they were registered.</summary>
internal sealed class TrackerRegistry
{
    private readonly List<TrackerRegistration> _trackers = [];

    public IReadOnlyList<TrackerRegistration> Trackers => _trackers;

    /// <summary>Returns the registry of a collection, which it adds to it if it has none.</summary>
    public static TrackerRegistry Of(IServiceCollection services)
    {
        foreach (ServiceDescriptor descriptor in services)
        {
            // Other members of a descriptor that isn't ours may throw, as those of a keyed one do.
            if (descriptor.ServiceType == typeof(TrackerRegistry))
            {
                return (TrackerRegistry)descriptor.ImplementationInstance!;
            }
        }

        var registry = new TrackerRegistry();
        services.AddSingleton(registry);
        return registry;
    }

    /// <summary>Returns a tracker's registration.</summary>
    /// <param name="key">Its key; <see langword="null"/>: the unnamed tracker.</param>
    public TrackerRegistration? Find(string? key) => _trackers.Find(tracker => string.Equals(tracker.Key, key, StringComparison.Ordinal));

    /// <exception cref="ArgumentException">The key can't be told from another one in a configuration.</exception>
    public TrackerRegistration Add(string? key)
    {
        if (key is not null && _trackers.Find(tracker => string.Equals(tracker.Key, key, StringComparison.OrdinalIgnoreCase)) is { } similar)
        {
            throw new ArgumentException(
                $"The tracker '{key}' differs from '{similar.Key}' only in upper and lower case, which configuration keys don't distinguish. Give it another name.",
                nameof(key));
        }

        var registration = new TrackerRegistration(key);
        _trackers.Add(registration);
        return registration;
    }
}
