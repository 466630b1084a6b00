using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TypedEvents.Registration;

namespace TypedEvents.Configuration;

/// <summary>
/// Reads the settings of the trackers when their options are made, not before: what a test host sets is only in the configuration then.
/// </summary>
internal sealed class TrackerSettings(TrackerRegistry registry, IServiceProvider services) : IConfigureNamedOptions<EventTrackerOptions>
{
    /// <summary>What was read for options. It holds the credentials, which the options don't give back.</summary>
    private readonly ConditionalWeakTable<EventTrackerOptions, SettingsReading> _readings = [];

    public void Configure(EventTrackerOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, EventTrackerOptions options)
    {
        // Options of another name aren't a tracker's.
        if (registry.Find(string.IsNullOrEmpty(name) ? null : name) is { } registration)
        {
            _readings.AddOrUpdate(options, Read(registration, options));
        }
    }

    /// <summary>Returns what was read for options: the configuration may have changed since then.</summary>
    public SettingsReading ReadingOf(TrackerRegistration registration, EventTrackerOptions options) =>
        _readings.TryGetValue(options, out SettingsReading? reading) ? reading : Read(registration, new EventTrackerOptions());

    /// <summary>Reads all settings of a tracker.</summary>
    public SettingsReading Read(TrackerRegistration registration, EventTrackerOptions options)
    {
        var reading = new SettingsReading();
        foreach ((string path, IConfiguration section) in Sections(registration))
        {
            Read(section, path, options, reading);
        }

        foreach (string name in registration.ConnectionStrings)
        {
            if (Root is { } root && root.GetConnectionString(name) is { } value && !string.IsNullOrWhiteSpace(value))
            {
                ConnectionString.Read(value, $"ConnectionStrings:{name}", options, reading);
            }
        }

        return reading;
    }

    /// <summary>The sections of a tracker, with the paths of their keys.</summary>
    public List<(string Path, IConfiguration Section)> Sections(TrackerRegistration registration)
    {
        List<(string, IConfiguration)> sections = [];
        foreach (TrackerRegistration.ConfigurationSource source in registration.Sources)
        {
            if (source.Given is { } given)
            {
                sections.Add((given is IConfigurationSection { Path: var path } ? path : "", given));
            }
            else
            {
                IConfiguration root = Root
                    ?? throw new InvalidOperationException($"The container has no IConfiguration to read the section '{source.Path}' from. Register one, or pass the configuration itself.");
                sections.Add((source.Path!, root.GetSection(source.Path!)));
            }
        }

        if (sections.Count == 0 && Root is { } own)
        {
            sections.Add((registration.OwnSection, own.GetSection(registration.OwnSection)));
        }

        return sections;
    }

    /// <summary>The configurations whose changes concern a tracker.</summary>
    public List<IConfiguration> Watched(TrackerRegistration registration)
    {
        List<IConfiguration> watched = Sections(registration).ConvertAll(static section => section.Section);
        if (registration.ConnectionStrings.Count > 0 && Root is { } root)
        {
            watched.Add(root);
        }

        return watched;
    }

    /// <summary>The container's configuration, which not every container has.</summary>
    private IConfiguration? Root => services.GetService<IConfiguration>();

    private void Read(IConfiguration section, string path, EventTrackerOptions options, SettingsReading reading)
    {
        foreach (IConfigurationSection child in section.GetChildren())
        {
            string key = path.Length == 0 ? child.Key : $"{path}:{child.Key}";
            if (Setting.Find(child.Key) is not { } setting)
            {
                if (!IsSectionOfTracker(path, child.Key))
                {
                    reading.UnknownKeys.Add(key);
                }
            }
            else
            {
                if (setting.Apply(child, options) is { } problem)
                {
                    reading.Failures.Add($"{key} {problem}");
                }

                Note(setting, key, child, reading);
            }
        }
    }

    private static void Note(Setting setting, string key, IConfigurationSection section, SettingsReading reading)
    {
        string value = string.Join(',', [section.Value, .. section.GetChildren().Select(static child => child.Value)]);
        if (string.IsNullOrWhiteSpace(value))
        {
            return;
        }

        switch (setting.Name)
        {
            case nameof(EventTrackerOptions.ApiKey):
                reading.ApiKey = value;
                break;
            case nameof(EventTrackerOptions.ApiSecret):
                reading.ApiSecret = value;
                break;
            default:
                reading.Others[key] = value;
                break;
        }
    }

    /// <summary>Whether the section of a tracker is at a key, or below it.</summary>
    private bool IsSectionOfTracker(string path, string key)
    {
        string here = $"{path}:{key}";
        foreach (TrackerRegistration tracker in registry.Trackers)
        {
            if (Holds(here, tracker.OwnSection) || Sections(tracker).Exists(section => Holds(here, section.Path)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Holds(string path, string section) =>
        string.Equals(path, section, StringComparison.OrdinalIgnoreCase) || section.StartsWith(path + ":", StringComparison.OrdinalIgnoreCase);
}
