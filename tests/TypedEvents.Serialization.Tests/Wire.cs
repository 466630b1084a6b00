using System.Text.Json;

namespace TypedEvents.Serialization.Tests;

/// <summary>The JSON of events, as it is sent.</summary>
internal static class Wire
{
    private const int MaxBytes = 8 * 1024 * 1024;

    /// <summary>The <c>properties</c> of an event, as the generated code writes them.</summary>
    public static JsonElement PropertiesOf<TEvent>(TEvent value)
        where TEvent : IEngageEvent<TEvent>
    {
        using var batch = new EventBatch(maxBytes: MaxBytes);
        Assert.True(batch.TryAdd(new Euid(42), value));
        using JsonDocument json = JsonDocument.Parse(batch.Events);
        return json.RootElement.GetProperty("properties").Clone();
    }

    /// <summary>The JSON of the <c>properties</c> of an event.</summary>
    public static string JsonOf<TEvent>(TEvent value)
        where TEvent : IEngageEvent<TEvent> =>
        PropertiesOf(value).GetRawText();
}
