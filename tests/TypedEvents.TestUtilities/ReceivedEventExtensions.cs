using TypedEvents.Emulator;

namespace TypedEvents.TestUtilities;

/// <summary>What an event holds that the emulator has received.</summary>
public static class ReceivedEventExtensions
{
    /// <summary>The event's properties, as they were sent.</summary>
    public static string PropertiesJson(this ReceivedEvent received) => received.Properties!.Value.GetRawText();

    /// <summary>A property whose value is a string.</summary>
    public static string StringProperty(this ReceivedEvent received, string name) => received.Properties!.Value.GetProperty(name).GetString()!;
}
