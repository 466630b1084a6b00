using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>Only of a record is it plain which properties are meant.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class FlattensNoRecordAnalyzer() : EventAnalyzer(Rule)
{
    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0021",
        title: "Flattened property must be a record",
        messageFormat: "'{0}' can't be flattened because its type '{1}' is not a record: {2}",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0021"));

    private protected override void Inspect(SymbolAnalysisContext context, InspectedEvent inspected)
    {
        foreach (EventFlaw flaw in inspected.FlawsOf(EventFlawKind.FlattensNoRecord))
        {
            var property = (IPropertySymbol)flaw.Symbol;
            if (!property.Type.IsUnknown())
            {
                Report(
                    context,
                    inspected.LocationOf(property, flaw.Through),
                    new FixHint(Place: property.Locations[0]),
                    inspected.NameOf(property),
                    property.Type.InWords(),
                    RemedyFor(property.Type));
            }
        }
    }

    private static string RemedyFor(ITypeSymbol type)
    {
        const string LeaveOut = "leave the property out with [EventIgnore]";
        ITypeSymbol value = type.WithoutNullable(out _).WithNullableAnnotation(NullableAnnotation.None);
        return ValueParser.Parse(type, 0, 0) is not null ? "remove [Flatten]; it can be sent without it"
            : value.CanBecomeRecord() ? $"make '{value.InWords()}' a record, or {LeaveOut}"
            : LeaveOut;
    }
}
