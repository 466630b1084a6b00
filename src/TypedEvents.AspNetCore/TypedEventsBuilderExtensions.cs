using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace TypedEvents.AspNetCore;

/// <summary>Registers the current user of requests.</summary>
public static class TypedEventsBuilderExtensions
{
    /// <summary>
    /// Registers a scoped <see cref="IUserEventTracker"/> (keyed, for a keyed tracker), whose calls are for the current user of the request, and an
    /// <see cref="IEngageUserAccessor"/>, which an application can replace by registering its own, scoped one, before or after this call. Its own unkeyed one is that of keyed trackers, too,
    /// unless it registers a keyed one for them.
    /// </summary>
    /// <param name="builder">The tracker.</param>
    /// <param name="configure">
    /// Configures the current user. A second call adds to the configuration. Invalid values fail the start, together with those of the tracker's settings.
    /// </param>
    public static TypedEventsBuilder AddCurrentUser(this TypedEventsBuilder builder, Action<CurrentUserOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        IServiceCollection services = builder.Services;
        string name = builder.Name ?? Options.DefaultName;
        services.TryAddSingleton<CurrentUserOptionsValidator>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<CurrentUserOptions>, CurrentUserOptionsValidator>(static provider => provider.GetRequiredService<CurrentUserOptionsValidator>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EventTrackerOptions>, CurrentUserOptionsValidator>(static provider => provider.GetRequiredService<CurrentUserOptionsValidator>()));
        OptionsBuilder<CurrentUserOptions> options = services.AddOptions<CurrentUserOptions>(name);
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.AddHttpContextAccessor();
        if (builder.Name is null)
        {
            services.TryAddScoped<IEngageUserAccessor>(provider => NewAccessor(provider, name));
            services.TryAddScoped<IUserEventTracker>(provider => NewTracker(
                provider,
                provider.GetRequiredService<IEventTracker>(),
                provider.GetRequiredService<IEngageUserAccessor>(),
                name));
        }
        else
        {
            services.TryAddKeyedScoped<IEngageUserAccessor>(name, static (provider, key) => FindReplacement(provider) ?? NewAccessor(provider, (string)key!));
            services.TryAddKeyedScoped<IUserEventTracker>(name, static (provider, key) => NewTracker(
                provider,
                provider.GetRequiredKeyedService<IEventTracker>(key),
                provider.GetRequiredKeyedService<IEngageUserAccessor>(key),
                (string)key!));
        }

        return builder;
    }

    /// <summary>An accessor that the application has registered for all trackers: it knows the user where there is no request, too.</summary>
    private static IEngageUserAccessor? FindReplacement(IServiceProvider provider) =>
        provider.GetService<IEngageUserAccessor>() is { } accessor and not RequestUserAccessor ? accessor : null;

    private static RequestUserAccessor NewAccessor(IServiceProvider provider, string name) =>
        new(provider.GetRequiredService<IHttpContextAccessor>(), OptionsOf(provider, name));

    private static CurrentUserTracker NewTracker(IServiceProvider provider, IEventTracker tracker, IEngageUserAccessor accessor, string name) =>
        new(tracker, accessor, provider.GetRequiredService<IHttpContextAccessor>(), OptionsOf(provider, name));

    private static CurrentUserOptions OptionsOf(IServiceProvider provider, string name) => provider.GetRequiredService<IOptionsMonitor<CurrentUserOptions>>().Get(name);
}
