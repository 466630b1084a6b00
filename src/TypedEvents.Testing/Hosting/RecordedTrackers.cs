using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TypedEvents.Registration;

namespace TypedEvents.Testing;

/// <summary>The recording trackers of a container, each in the place of a registered one. The container owns it.</summary>
internal sealed class RecordedTrackers(IServiceProvider services) : TrackerReplacement, IDisposable
{
    private readonly object _lock = new();
    private readonly Dictionary<string, RecordingTracker> _trackers = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override IEventTracker GetTracker(string? name) => Get(name);

    /// <summary>Returns the recording tracker of a name, the same one at each call.</summary>
    public RecordingTracker Get(string? name)
    {
        lock (_lock)
        {
            string key = name ?? Options.DefaultName;
            if (!_trackers.TryGetValue(key, out RecordingTracker? tracker))
            {
                tracker = new RecordingTracker(options => Configure(options, key));
                _trackers.Add(key, tracker);
            }

            return tracker;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (RecordingTracker tracker in _trackers.Values)
            {
                tracker.Dispose();
            }
        }
    }

    /// <summary>What the application set for its tracker decides about events here, too; then what the test sets.</summary>
    private void Configure(RecordingTrackerOptions options, string optionsName)
    {
        EventTrackerOptions configured = ReadConfigured(optionsName);
        options.Filter = configured.Filter;
        options.MaxEventBytes = configured.MaxEventBytes;
        options.MaxStringBytes = configured.MaxStringBytes;
        options.TimeProvider = configured.TimeProvider;
        foreach (TestSettings settings in services.GetServices<TestSettings>())
        {
            settings.Configure(options);
        }
    }

    /// <summary>
    /// The options before they are validated: a test has no credentials. For the same reason a delegate of the application that throws, because
    /// it finds none, is passed over.
    /// </summary>
    private EventTrackerOptions ReadConfigured(string optionsName)
    {
        var options = new EventTrackerOptions();
        foreach (IConfigureOptions<EventTrackerOptions> configure in services.GetServices<IConfigureOptions<EventTrackerOptions>>())
        {
            PassOver(() =>
            {
                if (configure is IConfigureNamedOptions<EventTrackerOptions> named)
                {
                    named.Configure(optionsName, options);
                }
                else if (optionsName == Options.DefaultName)
                {
                    configure.Configure(options);
                }
            });
        }

        foreach (IPostConfigureOptions<EventTrackerOptions> configure in services.GetServices<IPostConfigureOptions<EventTrackerOptions>>())
        {
            PassOver(() => configure.PostConfigure(optionsName, options));
        }

        if (options.Outbox is { } outbox)
        {
            // No tracker will own it. On the pool, so that it can't wait for the test's synchronization context.
            PassOver(Task.Run(() => outbox.DisposeAsync().AsTask()).GetAwaiter().GetResult);
        }

        return options;
    }

    private static void PassOver(Action action)
    {
        try
        {
            action();
        }
#pragma warning disable CA1031 // A test needs neither what a delegate of the application misses, nor its outbox.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}

/// <summary>What a call to <c>AddTypedEventsTesting</c> sets.</summary>
internal sealed record TestSettings(Action<RecordingTrackerOptions> Configure);
