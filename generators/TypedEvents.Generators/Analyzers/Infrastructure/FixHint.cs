using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace TypedEvents.Generators.Analyzers;

/// <summary>The result of an analyzer that its code fix would otherwise have to compute again.</summary>
/// <param name="Name">A valid name.</param>
/// <param name="Place">The declaration to fix, where it isn't the place that is underlined.</param>
/// <param name="CanFlatten">Whether the declaration is a property whose value can be flattened.</param>
internal readonly record struct FixHint(string? Name = null, Location? Place = null, bool CanFlatten = false)
{
    private const string NameKey = "Name";
    private const string FlattenKey = "Flatten";

    public ImmutableDictionary<string, string?> Properties
    {
        get
        {
            ImmutableDictionary<string, string?> properties = ImmutableDictionary<string, string?>.Empty;
            properties = Name is null ? properties : properties.Add(NameKey, Name);
            return CanFlatten ? properties.Add(FlattenKey, null) : properties;
        }
    }

    /// <summary>Only places in source can be fixed.</summary>
    public IEnumerable<Location> Places => Place is { IsInSource: true } ? [Place] : [];

    public static string? NameOf(Diagnostic diagnostic) => diagnostic.Properties.TryGetValue(NameKey, out string? name) ? name : null;

    public static bool CanFlattenOf(Diagnostic diagnostic) => diagnostic.Properties.ContainsKey(FlattenKey);

    /// <summary>Whether the declaration to fix is in source.</summary>
    public static bool HasPlace(Diagnostic diagnostic) => diagnostic.AdditionalLocations.Count > 0;

    public static Location PlaceOf(Diagnostic diagnostic) =>
        diagnostic.AdditionalLocations.Count > 0 ? diagnostic.AdditionalLocations[0] : diagnostic.Location;
}
