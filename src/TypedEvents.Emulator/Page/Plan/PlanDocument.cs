using System.Text.Json;
using System.Text.Json.Serialization;

namespace TypedEvents.Emulator;

/// <summary>A plan as <c>typedevents plan export</c> writes it: the parts that the page shows or checks.</summary>
/// <remarks>The members have setters, because generated readers lose the defaults of members with <c>init</c>.</remarks>
internal sealed class PlanDocument
{
    private const int SupportedVersion = 1;

    public int Plan { get; set; }

    public Dictionary<string, PlannedEvent> Events { get; set; } = [];

    /// <summary>Where events are declared and tracked, if it was exported <c>--with source,usages</c>.</summary>
    public Dictionary<string, PlannedSource>? Source { get; set; }

    /// <exception cref="ArgumentException">It isn't a plan, or a newer one.</exception>
    public static PlanDocument Parse(string json)
    {
        PlanDocument? document;
        try
        {
            document = JsonSerializer.Deserialize(json, PlanJsonContext.Default.PlanDocument);
        }
        catch (JsonException exception)
        {
            throw new ArgumentException($"{nameof(EmulatorOptions)}.{nameof(EmulatorOptions.Plan)} isn't a plan: {exception.Message}", exception);
        }

        if (document?.Plan != SupportedVersion)
        {
            throw new ArgumentException(document?.Plan > SupportedVersion
                ? $"{nameof(EmulatorOptions)}.{nameof(EmulatorOptions.Plan)} was made by a newer TypedEvents (plan {document.Plan}, and this emulator knows {SupportedVersion}). Update TypedEvents.Emulator."
                : $"{nameof(EmulatorOptions)}.{nameof(EmulatorOptions.Plan)} isn't a plan: it has no \"plan\": {SupportedVersion}.");
        }

        if (document.Events?.Values.All(planned => planned?.Properties?.Values.All(property => property is not null) == true) != true)
        {
            throw new ArgumentException($"{nameof(EmulatorOptions)}.{nameof(EmulatorOptions.Plan)} isn't a plan: an event or a property is null.");
        }

        return document;
    }
}

internal sealed class PlannedEvent
{
    public string? Description { get; set; }

    public string? Owner { get; set; }

    public string? Type { get; set; }

    public string? Deprecated { get; set; }

    public string? ReplacedBy { get; set; }

    public Dictionary<string, PlannedProperty> Properties { get; set; } = [];
}

/// <summary>A property. The members are those of the plan's JSON Schema.</summary>
internal sealed class PlannedProperty
{
    public string Type { get; set; } = "";

    public string? Format { get; set; }

    public bool Required { get; set; }

    public List<JsonElement>? Values { get; set; }

    public bool Open { get; set; }

    public bool Flags { get; set; }

    public List<JsonElement>? Denied { get; set; }

    public double? Min { get; set; }

    public double? ExclusiveMin { get; set; }

    public double? Max { get; set; }

    public double? ExclusiveMax { get; set; }

    public int? MinLength { get; set; }

    public int? MaxLength { get; set; }

    public int? MinItems { get; set; }

    public int? MaxItems { get; set; }

    public string? Pattern { get; set; }

    public string? Sensitivity { get; set; }

    public string? Deprecated { get; set; }

    public string? ReplacedBy { get; set; }

    public string? Description { get; set; }
}

internal sealed class PlannedSource
{
    public string? File { get; set; }

    public int? Line { get; set; }

    public List<PlannedUsage>? Sent { get; set; }
}

internal sealed class PlannedUsage
{
    public string File { get; set; } = "";

    public int Line { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PlanDocument))]
internal sealed partial class PlanJsonContext : JsonSerializerContext;
