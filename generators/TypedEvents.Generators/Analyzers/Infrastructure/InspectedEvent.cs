using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>A type that has <c>[EngageEvent]</c>, with all that there is to say of it, and where.</summary>
/// <param name="type">The type.</param>
/// <param name="annotation">Its <c>[EngageEvent]</c>.</param>
/// <param name="findings">What was found by the check that the generator makes, too.</param>
internal sealed class InspectedEvent(INamedTypeSymbol type, AttributeData annotation, EventFindings findings)
{
    public INamedTypeSymbol Type => type;

    public EventFindings Findings => findings;

    /// <summary>The event's name, if it is a string.</summary>
    public string? EventName { get; } = annotation.FirstArgument();

    /// <summary>Whether a name is given that the compiler can make sense of. Otherwise it says so, and that is enough.</summary>
    public bool HasName => annotation.ConstructorArguments is [{ Kind: TypedConstantKind.Primitive }, ..];

    /// <summary>The name of the type in the part that has the attribute.</summary>
    public Location Location =>
        annotation.ApplicationSyntaxReference?.GetSyntax().FirstAncestorOrSelf<BaseTypeDeclarationSyntax>() is { } declaration
            ? declaration.Identifier.GetLocation()
            : type.Locations[0];

    /// <summary>The event's name in the attribute.</summary>
    public Location NameLocation =>
        annotation.ApplicationSyntaxReference?.GetSyntax() is AttributeSyntax attribute
            ? (attribute.ArgumentList?.Arguments.FirstOrDefault(argument => argument.NameEquals is null)?.Expression ?? (SyntaxNode)attribute).GetLocation()
            : Location;

    /// <summary>The name of its typed call, if it has one.</summary>
    public string CallName => TrackMethodsParser.MethodNameOf(type);

    /// <summary>Whether it has typed calls.</summary>
    public bool HasCalls => findings.Flaws.Count == 0 && TrackMethodsParser.FindObstacle(type) is null;

    /// <summary>Whether the compilation, generated files included, implements it.</summary>
    public bool IsImplemented => EventCheck.ImplementsEvent(type);

    public IEnumerable<EventFlaw> FlawsOf(EventFlawKind kind) => findings.Flaws.Where(flaw => flaw.Kind == kind);

    /// <summary>
    /// Where a property is to be underlined: where it is declared, or for one of a base record, which may stand in another file or
    /// assembly and serve other events as well, at the event.
    /// </summary>
    public Location LocationOf(ISymbol property) =>
        SymbolEqualityComparer.Default.Equals(property.ContainingType, type) && property.Locations[0].IsInSource
            ? property.Locations[0]
            : Location;

    /// <summary>The same for what may belong to a flattened record: it is underlined at the event's own property that has <c>[Flatten]</c>.</summary>
    public Location LocationOf(ISymbol property, IPropertySymbol? through) => LocationOf(through ?? property);

    /// <summary>The same for an attribute of a property: where it stands itself, if that is on the event.</summary>
    /// <param name="attribute">The attribute.</param>
    /// <param name="property">The property.</param>
    /// <param name="through">The event's own property that has <c>[Flatten]</c>, where the property belongs to the record behind it.</param>
    public Location LocationOf(SyntaxNode? attribute, IPropertySymbol property, IPropertySymbol? through) =>
        through is null && attribute?.FirstAncestorOrSelf<BaseTypeDeclarationSyntax>() is { } declaration && IsPart(declaration)
            ? attribute.GetLocation()
            : LocationOf(property, through);

    /// <summary>The event or a type around it, as the middle of a sentence.</summary>
    public string Mention(ISymbol symbol) => SymbolEqualityComparer.Default.Equals(symbol, type) ? "it" : $"'{symbol.Name}'";

    /// <summary>A property's name, for one of a base record with the record's.</summary>
    public string NameOf(ISymbol property) =>
        SymbolEqualityComparer.Default.Equals(property.ContainingType, type) ? property.Name : $"{property.ContainingType.Name}.{property.Name}";

    private bool IsPart(BaseTypeDeclarationSyntax declaration) =>
        type.DeclaringSyntaxReferences.Any(part => part.SyntaxTree == declaration.SyntaxTree && part.Span == declaration.Span);
}
