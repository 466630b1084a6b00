namespace TypedEvents.Configuration;

/// <summary>What reading a tracker's settings found.</summary>
internal sealed class SettingsReading
{
    /// <summary>Values that can't be read, with their keys.</summary>
    public List<string> Failures { get; } = [];

    /// <summary>Keys that aren't those of settings.</summary>
    public List<string> UnknownKeys { get; } = [];
}
