using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>EngageLab accepts strings, numbers, Booleans, dates and lists of strings. Other types are an error; they are never sent as their <c>ToString()</c>.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PropertyTypeAnalyzer() : EventAnalyzer(Rule)
{
    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0008",
        title: "Property type can't be sent",
        messageFormat: "'{0}' can't be sent because its type '{1}' is not a string, number, Boolean, date or list of strings: {2}make it a string, or leave it out with [EventIgnore]",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0008"));

    private protected override void Inspect(SymbolAnalysisContext context, InspectedEvent inspected)
    {
        foreach (EventFlaw flaw in inspected.FlawsOf(EventFlawKind.UnsupportedPropertyType))
        {
            var property = (IPropertySymbol)flaw.Symbol;
            if (!property.Type.IsUnknown() && property.Type.FindListElement() is null)
            {
                bool canFlatten = CanFlatten(property.Type, flaw.Scope);
                Report(
                    context,
                    inspected.LocationOf(property, flaw.Through),
                    new FixHint(Place: property.Locations[0], CanFlatten: canFlatten),
                    inspected.NameOf(property),
                    property.Type.InWords(),
                    canFlatten ? "send its properties with [Flatten], " : "");
            }
        }
    }

    /// <summary>Whether it is a record, and not within itself.</summary>
    private static bool CanFlatten(ITypeSymbol type, FlattenScope? scope) =>
        type.WithoutNullable(out _) is INamedTypeSymbol record && record.IsRecordType() && scope?.CanEnter(record) == true;
}
