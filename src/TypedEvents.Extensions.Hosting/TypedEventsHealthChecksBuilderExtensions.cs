using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using TypedEvents.Health;
using TypedEvents.Registration;

namespace TypedEvents;

/// <summary>Adds health checks of trackers.</summary>
public static class TypedEventsHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds the health check of a tracker. It sends no request: it reports what the tracker knows about the delivery, the registration of users, the
    /// buffer and the outbox.
    /// </summary>
    /// <param name="builder">The health checks. A second check with the same name changes the options of the first.</param>
    /// <param name="trackerName">The key of the tracker; <see langword="null"/>: that of <c>AddTypedEvents</c>.</param>
    /// <param name="configure">Sets when the check reports a problem. Invalid values fail the start, together with those of the tracker's settings.</param>
    /// <param name="name">The check's name. Default: <c>typedevents</c>, or <c>typedevents-</c> and the key.</param>
    /// <param name="failureStatus">
    /// The status that is reported for a problem. Default: <see cref="HealthStatus.Degraded"/>, because an application can do its work while its events wait.
    /// </param>
    /// <param name="tags">The check's tags. Default: <c>typedevents</c>, and neither <c>live</c> nor <c>ready</c>.</param>
    /// <param name="timeout">The time after which the check is cancelled. Default: none.</param>
    public static IHealthChecksBuilder AddTypedEvents(
        this IHealthChecksBuilder builder,
        string? trackerName = null,
        Action<TypedEventsHealthOptions>? configure = null,
        string? name = null,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null,
        TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        string checkName = name ?? (trackerName is null ? "typedevents" : $"typedevents-{trackerName}");
        builder.Services.AddSingleton(new HealthRegistration(trackerName, checkName));
        builder.Services.TryAddSingleton<OutboxReadings>();
        builder.Services.TryAddSingleton<HealthOptionsValidator>();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TypedEventsHealthOptions>, HealthOptionsValidator>(static provider => provider.GetRequiredService<HealthOptionsValidator>()));
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EventTrackerOptions>, HealthOptionsValidator>(static provider => provider.GetRequiredService<HealthOptionsValidator>()));
        OptionsBuilder<TypedEventsHealthOptions> options = builder.Services.AddOptions<TypedEventsHealthOptions>(checkName);
        if (configure is not null)
        {
            options.Configure(configure);
        }

        string[] checkTags = [.. tags ?? ["typedevents"]];

        // Two checks of one name make the first probe throw.
        builder.Services.Configure<HealthCheckServiceOptions>(checks =>
        {
            foreach (HealthCheckRegistration other in checks.Registrations)
            {
                if (string.Equals(other.Name, checkName, StringComparison.OrdinalIgnoreCase))
                {
                    return;
                }
            }

            checks.Registrations.Add(new HealthCheckRegistration(
                checkName,
                services => new TrackerHealthCheck(
                    trackerName,
                    services.GetRequiredService<IOptionsMonitor<TypedEventsHealthOptions>>().Get(checkName),
                    services.GetRequiredService<OutboxReadings>(),
                    services.GetService<TrackerRegistry>(),
                    services.GetService<TrackerFactory>()),
                failureStatus ?? HealthStatus.Degraded,
                checkTags,
                timeout));
        });
        return builder;
    }
}
