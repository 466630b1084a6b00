using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Parsing;

/// <summary>A value that is needed to create an event: a parameter of its constructor, or a required member.</summary>
/// <param name="Name">The name of the parameter or member.</param>
/// <param name="Type">Its type.</param>
/// <param name="Default">Its default value in C#, if it has one.</param>
/// <param name="CallerInfo">The attribute by which the compiler fills it in, in C#, if it has one.</param>
internal readonly record struct Argument(string Name, ITypeSymbol Type, string? Default = null, string? CallerInfo = null)
{
    public static Argument Of(IParameterSymbol parameter) => DefaultOf(parameter) is { } value
        ? new Argument(parameter.Name, parameter.Type, value, CallerInfoOf(parameter))
        : new Argument(parameter.Name, parameter.Type);

    public static Argument Of(ISymbol member) =>
        new(member.Name, member is IPropertySymbol property ? property.Type : ((IFieldSymbol)member).Type);

    /// <summary>A constant as the default of a parameter.</summary>
    /// <param name="value">The constant, of an enum its number; <see langword="null"/> for what isn't a constant, such as <c>default(Guid)</c>.</param>
    /// <param name="type">The parameter's type.</param>
    public static string DefaultOf(object? value, ITypeSymbol type)
    {
        if (value is null)
        {
            return type.IsReferenceType ? "null" : "default";
        }

        ITypeSymbol underlying = type.WithoutNullable(out _);
        return underlying.TypeKind == TypeKind.Enum ? $"({TypeText.Of(underlying)})({Literal.OfConstant(value)})" : Literal.OfConstant(value);
    }

    private static string? DefaultOf(IParameterSymbol parameter) =>
        parameter.HasExplicitDefaultValue ? DefaultOf(parameter.ExplicitDefaultValue, parameter.Type) : null;

    /// <summary>The compiler fills such a parameter in where a call leaves it out, and here the call is the user's.</summary>
    public static string? CallerInfoOf(List<AttributeUse>? attributes) =>
        attributes.Find(AttributeRole.CallerInfo) is { } attribute ? CallerInfoOf(attribute.Class) : null;

    private static string? CallerInfoOf(IParameterSymbol parameter)
    {
        foreach (AttributeData attribute in parameter.GetAttributes())
        {
            if (attribute.Has(AttributeRole.CallerInfo))
            {
                return CallerInfoOf(attribute.AttributeClass!);
            }
        }

        return null;
    }

    private static string CallerInfoOf(INamedTypeSymbol attribute) => $"[{TypeText.Of(attribute)}]";
}
