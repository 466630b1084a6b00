using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TypedEvents.Configuration;
using TypedEvents.Lifetime;
using TypedEvents.Registration;

namespace TypedEvents;

/// <summary>Registers trackers in a container.</summary>
public static class TypedEventsServiceCollectionExtensions
{
    /// <summary>
    /// Registers the application's tracker as <see cref="IEventTracker"/> and <see cref="EventTracker"/>. Its settings are in the section
    /// <c>TypedEvents</c> of the container's configuration. A host starts the tracker, and flushes it when everything else has stopped; the container
    /// disposes it last.
    /// </summary>
    /// <param name="services">Where it is registered. A second call adds settings to the same tracker.</param>
    public static TypedEventsBuilder AddTypedEvents(this IServiceCollection services) => Add(services, key: null);

    /// <inheritdoc cref="AddTypedEvents(IServiceCollection)" path="/*[not(self::param)]"/>
    /// <param name="services">Where it is registered. A second call adds settings to the same tracker.</param>
    /// <param name="section">The section that holds the settings instead.</param>
    public static TypedEventsBuilder AddTypedEvents(this IServiceCollection services, IConfiguration section) =>
        AddTypedEvents(services).UseConfiguration(section);

    /// <inheritdoc cref="AddTypedEvents(IServiceCollection)" path="/*[not(self::param)]"/>
    /// <param name="services">Where it is registered. A second call adds settings to the same tracker.</param>
    /// <param name="configure">Changes the settings after they have been read from the configuration.</param>
    public static TypedEventsBuilder AddTypedEvents(this IServiceCollection services, Action<EventTrackerOptions> configure) =>
        AddTypedEvents(services).Configure(configure);

    /// <summary>
    /// Registers a further tracker as keyed <see cref="IEventTracker"/> and <see cref="EventTracker"/>, such as for a second project. Its settings are in
    /// the section <c>TypedEvents:{name}</c> of the container's configuration.
    /// </summary>
    /// <param name="services">Where it is registered. A second call with the same name adds settings to the same tracker.</param>
    /// <param name="name">
    /// The tracker's name, which is also its service key: 1 to 64 characters, and neither <c>default</c> nor the name of a setting.
    /// </param>
    /// <exception cref="ArgumentException">The name isn't valid.</exception>
    public static TypedEventsBuilder AddKeyedTypedEvents(this IServiceCollection services, string name)
    {
        TrackerNames.ThrowIfIllegal(name);
        return Add(services, name);
    }

    /// <inheritdoc cref="AddKeyedTypedEvents(IServiceCollection, string)" path="/*[not(self::param)]"/>
    /// <param name="services">Where it is registered. A second call with the same name adds settings to the same tracker.</param>
    /// <param name="name">
    /// The tracker's name, which is also its service key: 1 to 64 characters, and neither <c>default</c> nor the name of a setting.
    /// </param>
    /// <param name="section">The section that holds the settings instead.</param>
    public static TypedEventsBuilder AddKeyedTypedEvents(this IServiceCollection services, string name, IConfiguration section) =>
        AddKeyedTypedEvents(services, name).UseConfiguration(section);

    /// <inheritdoc cref="AddKeyedTypedEvents(IServiceCollection, string)" path="/*[not(self::param)]"/>
    /// <param name="services">Where it is registered. A second call with the same name adds settings to the same tracker.</param>
    /// <param name="name">
    /// The tracker's name, which is also its service key: 1 to 64 characters, and neither <c>default</c> nor the name of a setting.
    /// </param>
    /// <param name="configure">Changes the settings after they have been read from the configuration.</param>
    public static TypedEventsBuilder AddKeyedTypedEvents(this IServiceCollection services, string name, Action<EventTrackerOptions> configure) =>
        AddKeyedTypedEvents(services, name).Configure(configure);

    private static TypedEventsBuilder Add(IServiceCollection services, string? key)
    {
        ArgumentNullException.ThrowIfNull(services);
        TrackerRegistry registry = TrackerRegistry.Of(services);
        if (registry.Find(key) is { } known)
        {
            return new TypedEventsBuilder(services, known);
        }

        services.AddOptions();
        services.TryAddSingleton<TrackerFactory>();
        services.TryAddSingleton<TrackerLifetime>();
        services.TryAddSingleton<TrackerOptionsFactory>();
        services.TryAddSingleton<TrackerSettings>();
        services.TryAddSingleton<TrackerValidator>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<EventTrackerOptions>, TrackerSettings>(static provider => provider.GetRequiredService<TrackerSettings>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EventTrackerOptions>, TrackerValidator>(static provider => provider.GetRequiredService<TrackerValidator>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, TrackerHostedService>());
        if (key is null)
        {
            services.TryAddSingleton(static provider => provider.GetRequiredService<TrackerFactory>().Make(null));
            services.TryAddSingleton(static provider => provider.GetRequiredService<TrackerFactory>().GetInterface(null));
        }
        else
        {
            services.TryAddKeyedSingleton(key, static (provider, key) => provider.GetRequiredService<TrackerFactory>().Make((string)key!));
            services.TryAddKeyedSingleton(key, static (provider, key) => provider.GetRequiredService<TrackerFactory>().GetInterface((string)key!));
        }

        return new TypedEventsBuilder(services, registry.Add(key));
    }
}
