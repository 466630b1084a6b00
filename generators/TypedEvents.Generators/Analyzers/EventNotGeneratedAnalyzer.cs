using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>
/// An event that is valid and isn't implemented all the same. Analyzers see the files of all generators and a generator only what people
/// wrote, so the two can differ, and the calls that don't compile say nothing of the cause.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class EventNotGeneratedAnalyzer() : EventAnalyzer(Rule)
{
    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0026",
        title: "Event is not implemented by the generator",
        messageFormat: "'{0}' is not an event in this compilation because {1}: {2}",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0026"));

    private protected override void Inspect(SymbolAnalysisContext context, InspectedEvent inspected)
    {
        if (inspected.Findings.Flaws.Count == 0 && !inspected.IsImplemented)
        {
            (string cause, string remedy) = CauseOf(inspected, context.Compilation);
            Report(context, inspected.Location, inspected.Type.Name, cause, remedy);
        }
    }

    private static (string Cause, string Remedy) CauseOf(InspectedEvent inspected, Compilation compilation)
    {
        INamedTypeSymbol type = inspected.Type;
        if (ExternAliases.HasLibrary(compilation, type.FindAnnotation()?.AttributeClass))
        {
            return ("TypedEvents is referenced under an extern alias, and generated code can't name it", "remove Aliases from the reference");
        }

        if (GeneratedTrees.FindTree(type, compilation) is { } tree && !type.DeclaringSyntaxReferences.Any(part => part.SyntaxTree != tree))
        {
            return (
                $"it is declared in '{Path.GetFileName(tree.FilePath)}', which another generator made (of a .razor file, for instance), and generators don't see each other's files",
                "declare it in a .cs file");
        }

        if (FindUnseen(type, compilation) is { } unseen)
        {
            return (
                $"it uses '{unseen.InWords()}', which another generator made, and generators don't see each other's types",
                "declare that type in a .cs file, or leave the property out with [EventIgnore]");
        }

        return (
            "the generator of TypedEvents did not run or failed",
            "look for a warning CS8784 or CS8785, and whether the reference to the package excludes analyzers");
    }

    /// <summary>The first type in the declaration that generators don't see.</summary>
    private static ITypeSymbol? FindUnseen(INamedTypeSymbol type, Compilation compilation)
    {
        var seen = new HashSet<ITypeSymbol>(SymbolEqualityComparer.Default);
        return Find(type, isOutermost: true);

        ITypeSymbol? Find(ITypeSymbol current, bool isOutermost)
        {
            if (current is IArrayTypeSymbol array)
            {
                return Find(array.ElementType, false);
            }

            if (current is not INamedTypeSymbol named || !seen.Add(named))
            {
                return null;
            }

            if (!isOutermost && named.Locations.Any(location => location.IsInSource) && GeneratedTrees.FindTree(named, compilation) is { } tree
                && named.DeclaringSyntaxReferences.All(part => part.SyntaxTree == tree))
            {
                return named;
            }

            IEnumerable<ITypeSymbol?> mentioned = named.TypeArguments.Cast<ITypeSymbol?>().Append(named.BaseRecord());
            if (isOutermost || named.IsRecord)
            {
                mentioned = mentioned
                    .Concat(named.GetMembers().OfType<IPropertySymbol>().Where(property => !property.IsImplicitlyDeclared).Select(property => property.Type))
                    .Concat(named.InstanceConstructors.SelectMany(constructor => constructor.Parameters).Select(parameter => parameter.Type));
            }

            return mentioned.OfType<ITypeSymbol>().Select(mention => Find(mention, false)).FirstOrDefault(found => found is not null);
        }
    }
}
