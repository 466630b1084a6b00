using TypedEvents.Configuration;

namespace TypedEvents.Registration;

/// <summary>Which names a keyed tracker can have: its settings are in a section of that name, beside those of the unnamed tracker.</summary>
internal static class TrackerNames
{
    /// <exception cref="ArgumentException">The name isn't legal; the message says why.</exception>
    public static void ThrowIfIllegal(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        foreach (OptionFailure failure in new EventTrackerOptions { Name = name, Enabled = false }.Validate())
        {
            throw new ArgumentException(failure.Message, nameof(name));
        }

        if (name.Contains(':', StringComparison.Ordinal))
        {
            throw new ArgumentException($"The name '{name}' contains a colon, which separates the parts of a configuration key. Give the tracker another name.", nameof(name));
        }

        if (string.Equals(name, TrackerRegistration.DefaultName, StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException($"'{name}' is the name of the tracker that AddTypedEvents registers. Give the keyed tracker another name.", nameof(name));
        }

        if (Setting.Find(name) is not null)
        {
            throw new ArgumentException($"'{name}' is the name of a setting, so the section {TrackerRegistration.DefaultSection}:{name} can't be that of a tracker. Give the tracker another name.", nameof(name));
        }
    }
}
