namespace TypedEvents.Configuration;

/// <summary>What reading a tracker's settings found.</summary>
internal sealed class SettingsReading
{
    /// <summary>Values that can't be read, with their keys.</summary>
    public List<string> Failures { get; } = [];

    /// <summary>The API key, where one is set.</summary>
    public string? ApiKey { get; set; }

    /// <summary>The API secret, where one is set. It is never logged.</summary>
    public string? ApiSecret { get; set; }

    /// <summary>The values of the other settings, by their keys.</summary>
    public SortedDictionary<string, string> Others { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Keys that aren't those of settings.</summary>
    public List<string> UnknownKeys { get; } = [];
}
