using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>A value rule without effect is a check that someone relies on and that nobody makes.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RuleWithoutEffectAnalyzer() : EventAnalyzer(Rule)
{
    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0024",
        title: "A value rule has an effect",
        messageFormat: "[{0}] on '{1}' has no effect because {2}: {3}",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0024"));

    private protected override void Inspect(SymbolAnalysisContext context, InspectedEvent inspected)
    {
        foreach ((RuleFlaw flaw, IPropertySymbol property, IPropertySymbol? through) in inspected.Findings.RulesWithoutEffect)
        {
            // Of what isn't typed to its end, the compiler speaks.
            SyntaxNode? attribute = flaw.Attribute.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken);
            if (attribute is { ContainsDiagnostics: true } || FindBoundType(flaw.Attribute)?.IsUnknown() == true)
            {
                continue;
            }

            (string reason, string remedy) = InWords(flaw, property.Type);
            string name = flaw.Attribute.AttributeClass!.Name;
            Report(
                context,
                inspected.LocationOf(attribute, property, through),
                new FixHint(Place: attribute?.GetLocation()),
                name.Substring(0, name.Length - "Attribute".Length),
                inspected.NameOf(property),
                reason,
                remedy);
        }
    }

    /// <summary>Why the rule has no effect, and what to do.</summary>
    private static (string Reason, string Remedy) InWords(RuleFlaw flaw, ITypeSymbol type)
    {
        string typeName = type.InWords();
        return flaw.Kind switch
        {
            RuleFlawKind.ConcernsTexts => ($"it concerns texts, and the type is '{typeName}'", "remove it"),
            RuleFlawKind.ConcernsTextsAndLists => ($"it concerns texts and lists, and the type is '{typeName}'", "remove it"),
            RuleFlawKind.ConcernsNumbers => ($"it concerns numbers, and the type is '{typeName}'", "remove it"),
            RuleFlawKind.ConcernsConstants => ($"it concerns texts, characters, booleans, enums and numbers of up to 64 bits but Half, and the type is '{typeName}'", "remove it"),
            RuleFlawKind.NoLengthKeepsIt => ("no value can keep it", "give lengths that one can keep, or remove it"),
            RuleFlawKind.LengthIsNotPositive => ("its length isn't positive", "give a length of at least 1, or remove it"),
            RuleFlawKind.NoNumberKeepsIt => ("no value can keep it", "give bounds that one can keep, or remove it"),
            RuleFlawKind.BoundIsNaN => ("NaN is no bound", "give numbers, or remove it"),
            RuleFlawKind.BoundsAreNoNumbers => ("its bounds aren't numbers as the invariant culture writes them", "give such numbers, or remove it"),
            RuleFlawKind.BoundsOfOtherType => ($"bounds of the type '{FindBoundType(flaw.Attribute)?.InWords()}' can't be compared here", "give numbers, or texts with typeof(decimal), or remove it"),
            RuleFlawKind.AllowsNoValue => ("it allows no value that is sent", "name one, or remove it"),
            RuleFlawKind.AllowsNoValueOfType => ($"none of its values is one that '{typeName}' can have", "name one, or remove it"),
            RuleFlawKind.PatternIsEmpty => ("its pattern is empty", "give one, or remove it"),
            RuleFlawKind.PatternIsNone => ("its pattern isn't a regular expression", "mend it, or remove the rule"),
            RuleFlawKind.IsFlattened => ($"[Flatten] sends the properties of '{typeName}' in its place", "put it on one of those, or remove it"),
            _ => ("the property has rules of its own, which count", "put it beside those, or remove it"),
        };
    }

    /// <summary>The type of <c>[Range(typeof(decimal), "0", "1")]</c>.</summary>
    private static ITypeSymbol? FindBoundType(AttributeData attribute) =>
        attribute.ConstructorArguments is [{ Kind: TypedConstantKind.Type, Value: ITypeSymbol type }, ..] ? type : null;
}
