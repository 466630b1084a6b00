using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TypedEvents.Configuration;

namespace TypedEvents.Registration;

/// <summary>Makes the trackers of a container, and knows those that it made.</summary>
internal sealed class TrackerFactory(
    IServiceProvider services,
    TrackerRegistry registry,
    TrackerOptionsFactory optionsFactory,
    TrackerSettings settings,
    TrackerValidator validator) : IDisposable
{
    private readonly object _lock = new();
    private readonly List<(TrackerRegistration Registration, EventTracker Tracker)> _made = [];
    private readonly HashSet<TrackerRegistration> _notConfigured = [];
    private readonly Dictionary<TrackerRegistration, EventTrackerOptions> _prepared = [];
    private readonly List<CredentialsReload> _reloads = [];
    private readonly TrackerReplacement? _replacement = services.GetService<TrackerReplacement>();

    /// <summary>Whether something else stands in for the trackers.</summary>
    public bool IsReplaced => _replacement is not null;

    /// <summary>The trackers that were made.</summary>
    public IReadOnlyList<(TrackerRegistration Registration, EventTracker Tracker)> Made
    {
        get
        {
            lock (_lock)
            {
                return [.. _made];
            }
        }
    }

    /// <summary>Whether a tracker is disabled because nothing is configured, and not on purpose.</summary>
    public bool IsNotConfigured(TrackerRegistration registration)
    {
        lock (_lock)
        {
            return _notConfigured.Contains(registration);
        }
    }

    /// <summary>Returns the tracker of the container, and makes it if that is the first call.</summary>
    public EventTracker Get(TrackerRegistration registration) => registration.Key is null
        ? services.GetRequiredService<EventTracker>()
        : services.GetRequiredKeyedService<EventTracker>(registration.Key);

    /// <summary>Returns what application code gets as the tracker.</summary>
    public IEventTracker GetInterface(string? key) => _replacement?.GetTracker(key) ?? Get(registry.Find(key)!);

    /// <summary>
    /// Makes and validates the options of trackers that aren't made yet, so that nothing is opened for one if another's are invalid.
    /// </summary>
    /// <exception cref="OptionsValidationException">Settings are invalid: those of all trackers, each with its configuration key.</exception>
    public void Prepare(IEnumerable<TrackerRegistration> registrations)
    {
        List<OptionsValidationException> invalid = [];
        foreach (TrackerRegistration registration in registrations)
        {
            if (IsMadeOrPrepared(registration))
            {
                continue;
            }

            try
            {
                EventTrackerOptions options = optionsFactory.Create(registration.OptionsName);
                lock (_lock)
                {
                    _prepared[registration] = options;
                }
            }
            catch (OptionsValidationException exception)
            {
                invalid.Add(exception);
            }
            catch
            {
                DisposePrepared();
                throw;
            }
        }

        if (invalid.Count > 0)
        {
            DisposePrepared();
            throw new OptionsValidationException(invalid[0].OptionsName, typeof(EventTrackerOptions), invalid.SelectMany(static exception => exception.Failures));
        }
    }

    /// <summary>Makes a tracker, which the container owns.</summary>
    /// <exception cref="OptionsValidationException">Settings are invalid; each is named with its configuration key.</exception>
    public EventTracker Make(string? key)
    {
        if (IsReplaced)
        {
            throw new InvalidOperationException(
                "The trackers of this container are replaced for a test, so there is no EventTracker. Depend on IEventTracker, which the replacement implements.");
        }

        TrackerRegistration registration = registry.Find(key)!;

        // Not from a monitor: the options are this tracker's alone, and what they own is disposed with it.
        EventTrackerOptions options = TakePrepared(registration) ?? optionsFactory.Create(registration.OptionsName);
        SettingsReading reading = settings.ReadingOf(registration, options);
        bool isNotConfigured = Complete(options, registration);
        EventTracker tracker = EventTracker.Create(options);
        try
        {
            ILogger logger = services.GetService<ILoggerFactory>()?.CreateLogger(TypedEvents.Log.Category) ?? NullLogger.Instance;
            Log(registration, reading, isNotConfigured, logger);
            var reload = new CredentialsReload(tracker, registration, reading, options.ApiKey, settings, logger);
            lock (_lock)
            {
                _made.Add((registration, tracker));
                _reloads.Add(reload);
                if (isNotConfigured)
                {
                    _notConfigured.Add(registration);
                }
            }

            return tracker;
        }
        catch
        {
            // The container doesn't know it, and would make another one for the same outbox.
            ((IDisposable)tracker).Dispose();
            throw;
        }
    }

    /// <summary>Ends the watching of the configuration, and disposes the outboxes of trackers that were never made; the container disposes the others.</summary>
    public void Dispose()
    {
        DisposePrepared();
        lock (_lock)
        {
            _reloads.ForEach(static reload => reload.Dispose());
            _reloads.Clear();
        }
    }

    /// <summary>Adds to the options what comes from the container.</summary>
    /// <returns>Whether the tracker is disabled because nothing is configured.</returns>
    private bool Complete(EventTrackerOptions options, TrackerRegistration registration)
    {
        try
        {
            options.Name = registration.Name;
            bool isNotConfigured = validator.IsDisabledForLackOfCredentials(registration, options);
            options.Enabled &= !isNotConfigured;
            options.LoggerFactory ??= services.GetService<ILoggerFactory>();
            options.MeterFactory ??= services.GetService<IMeterFactory>();
            if (options.Enabled && registration.Outbox is { } outbox)
            {
                options.Outbox ??= outbox(services);
            }

            if (options.Enabled && registration.UsesHttpClientFactory)
            {
                options.HttpClient ??= services.GetRequiredService<IHttpClientFactory>().CreateClient(registration.HttpClientName);
            }

            return isNotConfigured;
        }
        catch
        {
            UnusedOutbox.Dispose(options.Outbox);
            throw;
        }
    }

    private bool IsMadeOrPrepared(TrackerRegistration registration)
    {
        lock (_lock)
        {
            return _prepared.ContainsKey(registration) || _made.Exists(made => made.Registration == registration);
        }
    }

    private void DisposePrepared()
    {
        EventTrackerOptions[] unused;
        lock (_lock)
        {
            unused = [.. _prepared.Values];
            _prepared.Clear();
        }

        foreach (EventTrackerOptions options in unused)
        {
            UnusedOutbox.Dispose(options.Outbox);
        }
    }

    private EventTrackerOptions? TakePrepared(TrackerRegistration registration)
    {
        lock (_lock)
        {
            return _prepared.Remove(registration, out EventTrackerOptions? options) ? options : null;
        }
    }

    private void Log(TrackerRegistration registration, SettingsReading reading, bool isNotConfigured, ILogger logger)
    {
        if (isNotConfigured)
        {
            TypedEvents.Log.NotConfigured(
                logger,
                registration.Name,
                validator.KeyOf(registration, nameof(EventTrackerOptions.ApiKey)),
                validator.KeyOf(registration, nameof(EventTrackerOptions.ApiSecret)));
        }

        if (reading.UnknownKeys is { Count: > 0 } unknown)
        {
            TypedEvents.Log.UnknownSettings(logger, registration.Name, string.Join(", ", unknown));
        }
    }
}
