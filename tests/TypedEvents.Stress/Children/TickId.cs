using System.Text;
using System.Text.Json;

namespace TypedEvents.Stress;

/// <summary>Identifies a <see cref="Tick"/>, independently of its <c>random_id</c>.</summary>
internal readonly record struct TickId(int User, int Process, int Number)
{
    /// <param name="properties">The properties of a <see cref="Tick"/>.</param>
    public static TickId Of(JsonElement properties) => new(
        properties.GetProperty("user").GetInt32(),
        properties.GetProperty("process").GetInt32(),
        properties.GetProperty("number").GetInt32());

    /// <summary>Parses a stored event, in which the placeholder of an unknown EUID is blank.</summary>
    public static JsonDocument Parse(ReadOnlyMemory<byte> json, bool hasBlankEuid) => hasBlankEuid
        ? JsonDocument.Parse(Encoding.UTF8.GetString(json.Span).Replace("\"euid\": ", "\"euid\":0", StringComparison.Ordinal))
        : JsonDocument.Parse(json);
}
