using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace TypedEvents.Generators.Analyzers;

/// <summary>What an analyzer found that its code fix would have to find again.</summary>
/// <param name="Name">A name that keeps the rule.</param>
/// <param name="Place">The declaration to mend, where it isn't the place that is underlined.</param>
internal readonly record struct FixHint(string? Name = null, Location? Place = null)
{
    private const string NameKey = "Name";

    public ImmutableDictionary<string, string?> Properties =>
        Name is null ? ImmutableDictionary<string, string?>.Empty : ImmutableDictionary<string, string?>.Empty.Add(NameKey, Name);

    /// <summary>Only places in source can be mended.</summary>
    public IEnumerable<Location> Places => Place is { IsInSource: true } ? [Place] : [];

    public static string? NameOf(Diagnostic diagnostic) => diagnostic.Properties.TryGetValue(NameKey, out string? name) ? name : null;

    public static Location PlaceOf(Diagnostic diagnostic) =>
        diagnostic.AdditionalLocations.Count > 0 ? diagnostic.AdditionalLocations[0] : diagnostic.Location;
}
