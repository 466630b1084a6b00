using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using TypedEvents.Registration;

namespace TypedEvents.Configuration;

/// <summary>
/// Gives a tracker the credentials that its configuration has now, so that they can be rotated without a restart. Nothing is thrown: a change is
/// reported on a thread on which an exception would end the process.
/// </summary>
internal sealed class CredentialsReload : IDisposable
{
    private readonly object _lock = new();
    private readonly EventTracker _tracker;
    private readonly TrackerRegistration _registration;
    private readonly TrackerSettings _settings;
    private readonly ILogger _logger;
    private readonly List<IDisposable> _subscriptions = [];
    private readonly bool _areConfigured;
    private (string? Key, string? Secret) _inUse;
    private (string? Key, string? Secret) _seen;
    private SortedDictionary<string, string> _others;

    /// <param name="tracker">The tracker.</param>
    /// <param name="registration">Where its settings are.</param>
    /// <param name="reading">What was read of them when its options were made.</param>
    /// <param name="apiKey">The key that it uses: not the configured one, if code sets it.</param>
    /// <param name="settings">Reads them.</param>
    /// <param name="logger">The log.</param>
    public CredentialsReload(EventTracker tracker, TrackerRegistration registration, SettingsReading reading, string apiKey, TrackerSettings settings, ILogger logger)
    {
        _tracker = tracker;
        _registration = registration;
        _settings = settings;
        _logger = logger;
        _inUse = _seen = (reading.ApiKey, reading.ApiSecret);
        _others = reading.Others;
        _areConfigured = reading.ApiKey == apiKey && !string.IsNullOrWhiteSpace(reading.ApiSecret);
        foreach (IConfiguration configuration in settings.Watched(registration))
        {
            _subscriptions.Add(ChangeToken.OnChange(configuration.GetReloadToken, Look));
        }

        // Nothing reports what has changed since the options were made.
        Look();
    }

    public void Dispose() => _subscriptions.ForEach(static subscription => subscription.Dispose());

    /// <summary>Compares what is configured now with what was: a file that is saved once may be reported twice.</summary>
    private void Look()
    {
        try
        {
            lock (_lock)
            {
                SettingsReading reading = _settings.Read(_registration, new EventTrackerOptions());
                (string?, string?) now = (reading.ApiKey, reading.ApiSecret);
                List<string> changed = ChangedKeys(reading.Others);
                _others = reading.Others;
                if (now != _seen)
                {
                    _seen = now;
                    if (_areConfigured)
                    {
                        Use(reading.ApiKey, reading.ApiSecret);
                    }
                    else
                    {
                        changed.Add("the credentials, which are set in code or were missing");
                    }
                }

                if (changed.Count > 0)
                {
                    Log.NeedsRestart(_logger, _tracker.Name, string.Join(", ", changed));
                }
            }
        }
#pragma warning disable CA1031 // As above.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            NoteFailure(exception);
        }
    }

    private void NoteFailure(Exception exception)
    {
        try
        {
            Log.ReloadFailed(_logger, _tracker.Name, exception);
        }
#pragma warning disable CA1031 // A logger that fails is what may have brought us here.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private void Use(string? apiKey, string? apiSecret)
    {
        if ((apiKey, apiSecret) == _inUse)
        {
            return;
        }

        try
        {
            _tracker.UseCredentials(apiKey ?? "", apiSecret ?? "");
        }
        catch (ArgumentException exception)
        {
            Log.CredentialsRejected(_logger, _tracker.Name, exception.Message);
            return;
        }

        _inUse = (apiKey, apiSecret);
        Log.CredentialsReloaded(_logger, _tracker.Name);
    }

    private List<string> ChangedKeys(SortedDictionary<string, string> now)
    {
        List<string> changed = [];
        foreach ((string key, string value) in now)
        {
            if (!_others.TryGetValue(key, out string? before) || before != value)
            {
                changed.Add(key);
            }
        }

        foreach (string key in _others.Keys)
        {
            if (!now.ContainsKey(key))
            {
                changed.Add(key);
            }
        }

        return changed;
    }
}
