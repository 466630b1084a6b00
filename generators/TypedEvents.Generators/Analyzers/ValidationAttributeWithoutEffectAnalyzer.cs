using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>Reports validation attributes that look like a check and aren't one.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ValidationAttributeWithoutEffectAnalyzer() : EventAnalyzer(Rule)
{
    private const string Suffix = "Attribute";
    private const string NotChecked = "it isn't checked when an event is tracked";
    private const string CheckYourself = "check the value before you track the event, or remove it";

    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0024",
        title: "Validation attribute has no effect",
        messageFormat: "{0} on '{1}' has no effect because {2}: {3}",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0024"));

    private protected override void Inspect(SymbolAnalysisContext context, InspectedEvent inspected)
    {
        InspectProperties(context, inspected);
        InspectType(context, inspected);
    }

    /// <summary>What validates the event as a whole, or a record that is flattened into it.</summary>
    private void InspectType(SymbolAnalysisContext context, InspectedEvent inspected)
    {
        foreach (INamedTypeSymbol type in inspected.Findings.Flattened.Prepend(inspected.Type).Distinct<INamedTypeSymbol>(SymbolEqualityComparer.Default))
        {
            bool isEvent = SymbolEqualityComparer.Default.Equals(type, inspected.Type);
            foreach (AttributeData attribute in type.GetAttributes())
            {
                if (KnownAttributes.Find(attribute.AttributeClass) is { Role: AttributeRole.UncheckedValidation or AttributeRole.Validation })
                {
                    SyntaxNode? syntax = attribute.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken);
                    Location location = isEvent && syntax is not null ? syntax.GetLocation() : inspected.Location;
                    Report(context, location, new FixHint(Place: syntax?.GetLocation()), InBrackets(attribute.AttributeClass!), type.Name, NotChecked, CheckYourself);
                }
            }

            if (type.AllInterfaces.Any(IsValidatableObject))
            {
                Report(context, inspected.Location, "IValidatableObject", type.Name, "its Validate isn't called when an event is tracked", "check the event before you track it, or remove the interface");
            }
        }
    }

    private static bool IsValidatableObject(INamedTypeSymbol contract) =>
        contract is { Name: "IValidatableObject", ContainingNamespace: { Name: "DataAnnotations" } space } && space.IsWithinSystem();

    /// <summary>An attribute as it is written: <c>[Range]</c>.</summary>
    private static string InBrackets(INamedTypeSymbol attribute) =>
        "[" + (attribute.Name.EndsWith(Suffix, StringComparison.Ordinal) ? attribute.Name.Substring(0, attribute.Name.Length - Suffix.Length) : attribute.Name) + "]";

    private void InspectProperties(SymbolAnalysisContext context, InspectedEvent inspected)
    {
        foreach ((ValidationFlaw flaw, IPropertySymbol property, IPropertySymbol? through) in inspected.Findings.RulesWithoutEffect)
        {
            // Of what isn't typed to its end, the compiler speaks.
            SyntaxNode? attribute = flaw.Attribute.Source?.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken);
            if (attribute is { ContainsDiagnostics: true } || FindBoundType(flaw.Attribute)?.IsUnknown() == true)
            {
                continue;
            }

            (string reason, string remedy) = InWords(flaw, property.Type);
            Report(
                context,
                inspected.LocationOf(attribute, property, through),
                new FixHint(Place: attribute?.GetLocation()),
                InBrackets(flaw.Attribute.Class),
                inspected.NameOf(property),
                reason,
                remedy);
        }
    }

    /// <summary>Why the rule has no effect, and what to do.</summary>
    private static (string Reason, string Remedy) InWords(ValidationFlaw flaw, ITypeSymbol type)
    {
        string typeName = type.InWords();
        return flaw.Kind switch
        {
            ValidationFlawKind.ConcernsStrings => ($"it applies to strings, and the type is '{typeName}'", "remove it"),
            ValidationFlawKind.ConcernsStringsAndLists => ($"it applies to strings and lists, and the type is '{typeName}'", "remove it"),
            ValidationFlawKind.ConcernsNumbers => ($"it applies to numbers, and the type is '{typeName}'", "remove it"),
            ValidationFlawKind.ConcernsConstants => ($"it applies to strings, characters, Booleans, enums and numbers of up to 64 bits except Half, and the type is '{typeName}'", "remove it"),
            ValidationFlawKind.NoLengthKeepsIt => ("no value can satisfy it", "use lengths that a value can have, or remove it"),
            ValidationFlawKind.LengthIsNotPositive => ("its length isn't positive", "give a length of at least 1, or remove it"),
            ValidationFlawKind.NoNumberKeepsIt => ("no value can satisfy it", "use bounds that a value can satisfy, or remove it"),
            ValidationFlawKind.BoundIsNaN => ("NaN is not a bound", "give numbers, or remove it"),
            ValidationFlawKind.BoundsAreNoNumbers => ("its bounds aren't numbers as the invariant culture writes them", "give such numbers, or remove it"),
            ValidationFlawKind.BoundsOfOtherType => ($"bounds of the type '{FindBoundType(flaw.Attribute)?.InWords()}' can't be compared here", "use numbers, or strings with typeof(decimal), or remove it"),
            ValidationFlawKind.AllowsNoValue => ("it allows no value that is sent", "name one, or remove it"),
            ValidationFlawKind.AllowsNoValueOfType => ($"none of its values is one that '{typeName}' can have", "name one, or remove it"),
            ValidationFlawKind.PatternIsEmpty => ("its pattern is empty", "give one, or remove it"),
            ValidationFlawKind.PatternIsNone => ("its pattern isn't a regular expression", "fix it, or remove the attribute"),
            ValidationFlawKind.IsFlattened => ($"[Flatten] sends the properties of '{typeName}' in its place", "put it on one of those, or remove it"),
            ValidationFlawKind.IsNotChecked => (NotChecked, CheckYourself),
            ValidationFlawKind.NullIsLeftOut => ("it isn't checked when an event is tracked, and a property without a value is left out", "use [MinLength(1)] where a string mustn't be empty, or remove it"),
            ValidationFlawKind.HasOwnCheck => ("it overrides IsValid, which isn't called when an event is tracked", CheckYourself),
            ValidationFlawKind.LimitsAreUnknown => ("its limits aren't constants that its constructor passes on in this project", "use the attribute that it derives from, or remove it"),
            ValidationFlawKind.DeniesNoValue => ("it denies no value that is sent", "name one, or remove it"),
            _ => ("the property itself has validation attributes, which take precedence", "put it beside those, or remove it"),
        };
    }

    /// <summary>The type of <c>[Range(typeof(decimal), "0", "1")]</c>.</summary>
    private static ITypeSymbol? FindBoundType(AttributeUse attribute) =>
        attribute.Arguments is [{ Kind: TypedConstantKind.Type, Value: ITypeSymbol type }, ..] ? type : null;
}
