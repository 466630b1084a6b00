using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>Whether an annotation of this library has an effect on its declaration.</summary>
internal static class AnnotationEffect
{
    private const string NotSent = "only public instance properties with a public getter are sent";

    /// <summary>Whether it is <c>[EventValue]</c>.</summary>
    public static bool IsEnumAnnotation(this AttributeData attribute) =>
        KnownAttributes.Find(attribute.AttributeClass) is { Role: AttributeRole.EnumMemberName, IsOwn: true };

    /// <summary>Whether it is one of the annotations of properties.</summary>
    public static bool IsPropertyAnnotation(this AttributeData attribute) =>
        KnownAttributes.Find(attribute.AttributeClass) is { Role: AttributeRole.EventProperty or AttributeRole.Flatten or AttributeRole.EventIgnore };

    /// <summary>Why an annotation has no effect, as the end of a sentence; <see langword="null"/> where it has one.</summary>
    public static string? WhyNone(ISymbol symbol, AttributeData annotation, Compilation compilation)
    {
        if (!annotation.IsIgnore() && symbol.GetAttributes().Any(IsIgnore))
        {
            return "[EventIgnore] leaves the property out";
        }

        return symbol switch
        {
            IPropertySymbol property => WhyNone(property),
            IParameterSymbol parameter => WhyNone(parameter),
            IFieldSymbol field => EnumMemberEffect.WhyNone(field, compilation),
            _ => null,
        };
    }

    private static string? WhyNone(IPropertySymbol property) =>
        !CanHoldEventProperties(property.ContainingType) ? $"'{property.ContainingType.Name}' is not a record"
        : !SymbolRecordReader.IsReadable(property) ? NotSent
        : null;

    private static string? WhyNone(IParameterSymbol parameter)
    {
        if (parameter.ContainingSymbol is not IMethodSymbol { MethodKind: MethodKind.Constructor } constructor
            || constructor.PositionalSyntax() is null
            || !CanHoldEventProperties(constructor.ContainingType))
        {
            return "only the positional parameters of a record stand for properties";
        }

        for (INamedTypeSymbol? type = constructor.ContainingType; type is not null; type = type.BaseRecord())
        {
            foreach (ISymbol member in type.GetMembers(parameter.Name))
            {
                return member is not IPropertySymbol property || !SymbolRecordReader.IsReadable(property) ? NotSent
                    : property.GetAttributes().Any(IsPropertyAnnotation) ? "the property itself has an annotation, which takes precedence"
                    : null;
            }
        }

        return null;
    }

    /// <summary>Properties are those of an event or of its bases, which are records. What is annotated but no record yet has its own rule.</summary>
    private static bool CanHoldEventProperties(INamedTypeSymbol type) => type.IsRecord || type.FindAnnotation() is not null;

    private static bool IsIgnore(this AttributeData attribute) => attribute.Has(AttributeRole.EventIgnore);
}
