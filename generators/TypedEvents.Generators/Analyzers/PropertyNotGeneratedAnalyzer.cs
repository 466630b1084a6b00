using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedEvents.Generators.Parsing;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Analyzers;

/// <summary>
/// A property that the event has and its serializer doesn't write: it stands in a part of the record that another generator made. The rule
/// compares what would be sent with the generated code itself, so that nothing else can lie between the two.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PropertyNotGeneratedAnalyzer() : EventAnalyzer(Rule)
{
    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0027",
        title: "Property from another generator is not sent",
        messageFormat: "'{0}' of '{1}' is not sent because another generator made it, and generators don't see each other's files: declare it in your own part of the record",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0027"));

    private protected override void Inspect(SymbolAnalysisContext context, InspectedEvent inspected)
    {
        if (inspected.Findings.Flaws.Count > 0 || FindSerializer(inspected.Type, context.CancellationToken) is not { } serializer)
        {
            return;
        }

        foreach (SentProperty sent in inspected.Findings.Sent)
        {
            if (serializer.IndexOf(Literal.OfName(sent.WireName), StringComparison.Ordinal) < 0)
            {
                Report(context, inspected.Location, inspected.NameOf(sent.Property), inspected.Type.Name);
            }
        }
    }

    /// <summary>The source of the generated method that writes an event.</summary>
    private static string? FindSerializer(INamedTypeSymbol type, CancellationToken cancellation)
    {
        foreach (ISymbol member in type.GetMembers())
        {
            if (member is IMethodSymbol { ExplicitInterfaceImplementations: [{ Name: "WriteProperties", ContainingType: { } contract }] }
                && contract.IsLibraryInterface()
                && EventCheck.IsGenerated(member))
            {
                return member.DeclaringSyntaxReferences[0].GetSyntax(cancellation).ToString();
            }
        }

        return null;
    }
}
