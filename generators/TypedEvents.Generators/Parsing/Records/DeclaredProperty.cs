using Microsoft.CodeAnalysis;

namespace TypedEvents.Generators.Parsing;

/// <summary>A property that everyone can read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Attributes">Its known attributes, those of its positional parameter not included.</param>
/// <param name="IsOverride">Whether it overrides that of a base record.</param>
/// <param name="IsAbstract">Whether it is abstract.</param>
/// <param name="IsObsolete">Whether reading it is reported: <c>[Obsolete]</c> may be on the property or on its getter.</param>
/// <param name="Symbol">The compiler's symbol, where that was asked for: analyzers do.</param>
internal sealed record DeclaredProperty(
    string Name,
    ITypeSymbol Type,
    List<AttributeUse>? Attributes,
    bool IsOverride = false,
    bool IsAbstract = false,
    bool IsObsolete = false,
    IPropertySymbol? Symbol = null);
