using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Model;

namespace TypedEvents.Generators.Parsing;

/// <summary>
/// The assemblies of a compilation that have an <c>extern alias</c> and nothing else: <c>global::</c> doesn't reach their types, in
/// generated code either.
/// </summary>
internal static class ExternAliases
{
    private static readonly ConditionalWeakTable<Compilation, EquatableArray<string>> Known = new();
    private static readonly ConditionalWeakTable<IAssemblySymbol, string> ByAssembly = new();

    /// <summary>Hardly any project has one: then no type is looked up.</summary>
    private static volatile bool _anyKnown;

    /// <summary>
    /// The aliases that generated files of a compilation declare. Call it before any type is printed: afterwards <see cref="Find"/> knows
    /// the assemblies.
    /// </summary>
    public static EquatableArray<string> Of(Compilation compilation) => Known.GetValue(compilation, static compilation => Read(compilation));

    /// <summary>The alias of an assembly that <c>global::</c> doesn't reach.</summary>
    public static string? Find(IAssemblySymbol? assembly) =>
        _anyKnown && assembly is not null && ByAssembly.TryGetValue(assembly, out string alias) ? alias : null;

    /// <summary>Whether the library itself has an alias: what is generated names it, and would have to name it by that.</summary>
    public static bool HasLibrary(Compilation compilation, INamedTypeSymbol? libraryType) =>
        Of(compilation).Count > 0 && Find(libraryType?.ContainingAssembly) is not null;

    private static EquatableArray<string> Read(Compilation compilation)
    {
        var aliases = new List<string>();
        foreach (MetadataReference reference in compilation.References)
        {
            if (reference.Properties.Aliases is { IsDefaultOrEmpty: false } all
                && !all.Contains(MetadataReferenceProperties.GlobalAlias)
                && compilation.GetAssemblyOrModuleSymbol(reference) is IAssemblySymbol assembly)
            {
                _anyKnown = true;
                _ = ByAssembly.GetValue(assembly, _ => all[0]);
                aliases.Add(all[0]);
            }
        }

        return EquatableArray.From([.. aliases.Distinct()]);
    }
}
