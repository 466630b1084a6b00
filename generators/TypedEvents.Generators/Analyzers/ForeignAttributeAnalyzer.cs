using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedEvents.Generators.Parsing;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Analyzers;

/// <summary>
/// What is left out of JSON or of a database, an e-mail address perhaps, is sent with an event all the same, unless it is left out
/// here, too. An annotation of this library's own says what is meant, and is not reported.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ForeignAttributeAnalyzer() : EventAnalyzer(Rule)
{
    private const string Suffix = "Attribute";
    private const int Always = 1;

    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0030",
        title: "Attribute of another library has no effect on events",
        messageFormat: "'{0}' is sent as '{1}' because [{2}] has no effect on events: {3}",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0030"));

    private protected override void Inspect(SymbolAnalysisContext context, InspectedEvent inspected)
    {
        foreach (ForeignAttribute foreign in inspected.Findings.Foreign)
        {
            InspectProperty(context, inspected, foreign);
        }

        foreach (SentProperty sent in inspected.Findings.Sent)
        {
            InspectEnum(context, inspected, sent);
        }
    }

    private void InspectProperty(SymbolAnalysisContext context, InspectedEvent inspected, ForeignAttribute foreign)
    {
        (AttributeUse attribute, IPropertySymbol property, string wireName, IPropertySymbol? through) = foreign;
        SyntaxNode? syntax = attribute.Source?.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken);
        if (attribute.HasErrors || syntax is { ContainsDiagnostics: true })
        {
            return;
        }

        Location location = inspected.LocationOf(syntax, property, through);
        if (attribute.Role == AttributeRole.ForeignIgnore)
        {
            // [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] leaves out what is left out here, too.
            if (attribute.NamedEnum("Condition") is null or Always)
            {
                Report(
                    context,
                    location,
                    new FixHint(Place: property.Locations[0]),
                    inspected.NameOf(property),
                    wireName,
                    NameOf(attribute),
                    $"leave it out with [EventIgnore], or say with [EventProperty(\"{wireName}\")] that it is to be sent");
            }
        }
        else if (attribute.GivenName is { Length: > 0 } name && name != wireName)
        {
            Report(
                context,
                location,
                new FixHint(name, property.Locations[0]),
                inspected.NameOf(property),
                wireName,
                NameOf(attribute),
                $"name it with [EventProperty(\"{name}\")], or confirm its name with [EventProperty(\"{wireName}\")]");
        }
    }

    private void InspectEnum(SymbolAnalysisContext context, InspectedEvent inspected, SentProperty sent)
    {
        if (sent.Property.Type.FindEnum() is not { } element)
        {
            return;
        }

        foreach (ISymbol member in element.GetMembers())
        {
            if (member is IFieldSymbol { HasConstantValue: true } field
                && EnumParser.ExplicitName(field) is null
                && AttributeUse.Read(field.GetAttributes(), context.Compilation).Find(AttributeRole.ForeignEnumMemberName) is { GivenName: { } name } attribute
                && NamingPolicy.SnakeCase(field.Name) is var wireName
                && name != wireName)
            {
                SyntaxNode? syntax = attribute.Source?.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken);
                Report(
                    context,
                    inspected.LocationOf(sent.Property, sent.Through),
                    new FixHint(name, syntax?.GetLocation()),
                    $"{element.Name}.{field.Name}",
                    wireName,
                    NameOf(attribute),
                    $"name it with [EventValue(\"{name}\")], or confirm its name with [EventValue(\"{wireName}\")]");
            }
        }
    }

    private static string NameOf(AttributeUse attribute) => attribute.Class.Name.Substring(0, attribute.Class.Name.Length - Suffix.Length);
}
