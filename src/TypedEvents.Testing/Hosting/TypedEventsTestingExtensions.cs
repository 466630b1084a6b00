using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TypedEvents.Registration;

namespace TypedEvents.Testing;

/// <summary>Replaces the trackers of an application's container, such as that of a <c>WebApplicationFactory</c>.</summary>
public static class TypedEventsTestingExtensions
{
    /// <summary>
    /// Replaces every registered tracker, keyed ones too, by a <see cref="RecordingTracker"/>, whether it is registered before or after this call. No
    /// credentials are needed, no outbox is opened, and nothing is sent.
    /// </summary>
    /// <remarks>
    /// <c>Filter</c>, <c>MaxEventBytes</c>, <c>MaxStringBytes</c> and <c>TimeProvider</c> are those that the application sets for the tracker; a
    /// delegate of the application that throws, for example because a secret is missing, is skipped. Resolving <see cref="EventTracker"/> throws:
    /// depend on
    /// <see cref="IEventTracker"/>.
    /// </remarks>
    /// <param name="services">The services, such as those of <c>ConfigureTestServices</c>.</param>
    /// <param name="configure">Changes the options of each recording tracker. A second call adds to the first.</param>
    public static IServiceCollection AddTypedEventsTesting(this IServiceCollection services, Action<RecordingTrackerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<RecordedTrackers>();
        services.Replace(ServiceDescriptor.Singleton<TrackerReplacement>(static provider => provider.GetRequiredService<RecordedTrackers>()));
        services.Replace(ServiceDescriptor.Singleton<IEventTracker>(static provider => provider.GetRequiredService<RecordedTrackers>().Get(null)));
        if (configure is not null)
        {
            services.AddSingleton(new TestSettings(configure));
        }

        return services;
    }

    /// <summary>Returns the recording tracker that replaces a registered one.</summary>
    /// <param name="services">The application's services, such as <c>factory.Services</c>.</param>
    /// <param name="name">The name that was given to <c>AddKeyedTypedEvents</c>; <see langword="null"/>: the unnamed tracker.</param>
    /// <exception cref="InvalidOperationException"><see cref="AddTypedEventsTesting"/> wasn't called, or no tracker of this name is registered.</exception>
    public static RecordingTracker GetRecordingTracker(this IServiceProvider services, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        RecordedTrackers trackers = services.GetService<RecordedTrackers>()
            ?? throw new InvalidOperationException("The trackers of this container aren't replaced. Call AddTypedEventsTesting on its service collection, such as in ConfigureTestServices.");
        return name is null || services.GetKeyedService<IEventTracker>(name) is not null
            ? trackers.Get(name)
            : throw new InvalidOperationException($"No tracker '{name}' is registered. Call AddKeyedTypedEvents with this name, or leave the name out for the tracker of AddTypedEvents.");
    }
}
