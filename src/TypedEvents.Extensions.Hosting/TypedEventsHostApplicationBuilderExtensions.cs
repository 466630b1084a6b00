using Microsoft.Extensions.Hosting;

namespace TypedEvents;

/// <summary>Registers trackers in a host, such as that of <c>WebApplication.CreateBuilder</c> or <c>Host.CreateApplicationBuilder</c>.</summary>
public static class TypedEventsHostApplicationBuilderExtensions
{
    /// <inheritdoc cref="TypedEventsServiceCollectionExtensions.AddTypedEvents(Microsoft.Extensions.DependencyInjection.IServiceCollection)" path="/*[not(self::param)]"/>
    /// <param name="builder">The host. A second call adds settings to the same tracker.</param>
    /// <param name="configure">Changes the settings after they have been read from the configuration.</param>
    public static TypedEventsBuilder AddTypedEvents(this IHostApplicationBuilder builder, Action<EventTrackerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        TypedEventsBuilder trackers = builder.Services.AddTypedEvents();
        return configure is null ? trackers : trackers.Configure(configure);
    }

    /// <inheritdoc cref="TypedEventsServiceCollectionExtensions.AddKeyedTypedEvents(Microsoft.Extensions.DependencyInjection.IServiceCollection, string)" path="/*[not(self::param)]"/>
    /// <param name="builder">The host. A second call with the same name adds settings to the same tracker.</param>
    /// <param name="name">
    /// The tracker's name, which is also its service key: 1 to 64 characters, and neither <c>default</c> nor the name of a setting.
    /// </param>
    /// <param name="configure">Changes the settings after they have been read from the configuration.</param>
    public static TypedEventsBuilder AddKeyedTypedEvents(this IHostApplicationBuilder builder, string name, Action<EventTrackerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        TypedEventsBuilder trackers = builder.Services.AddKeyedTypedEvents(name);
        return configure is null ? trackers : trackers.Configure(configure);
    }
}
