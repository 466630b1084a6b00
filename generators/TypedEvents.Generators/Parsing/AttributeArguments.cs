using Microsoft.CodeAnalysis;

namespace TypedEvents.Generators.Parsing;

/// <summary>Arguments of attributes. Half-typed ones have none, or some that are errors.</summary>
internal static class AttributeArguments
{
    /// <summary>The first argument, if it is a string.</summary>
    public static string? FirstArgument(this AttributeData attribute) =>
        attribute.ConstructorArguments is [{ Kind: TypedConstantKind.Primitive, Value: string text }, ..] ? text : null;

    /// <summary>The number of an enum that is set by name.</summary>
    public static int? NamedEnum(this AttributeData attribute, string name) =>
        attribute.Named(name) is { Kind: TypedConstantKind.Enum, Value: int value } ? value : null;

    /// <summary>A string that is set by name.</summary>
    public static string? NamedText(this AttributeData attribute, string name) =>
        attribute.Named(name) is { Kind: TypedConstantKind.Primitive, Value: string text } ? text : null;

    /// <summary>The first argument, if it is an <see cref="int"/>.</summary>
    public static int? FirstNumber(this AttributeData attribute) =>
        attribute.ConstructorArguments is [{ Kind: TypedConstantKind.Primitive, Value: int number }, ..] ? number : null;

    /// <summary>An <see cref="int"/> that is set by name.</summary>
    public static int? NamedNumber(this AttributeData attribute, string name) =>
        attribute.Named(name) is { Kind: TypedConstantKind.Primitive, Value: int number } ? number : null;

    /// <summary>Whether a <see cref="bool"/> is set by name, to true.</summary>
    public static bool NamedFlag(this AttributeData attribute, string name) =>
        attribute.Named(name) is { Kind: TypedConstantKind.Primitive, Value: true };

    /// <summary>Whether an argument is missing, or is none that the compiler can make sense of.</summary>
    public static bool HasErrors(this AttributeData attribute)
    {
        if (attribute.AttributeConstructor is null)
        {
            return true;
        }

        foreach (TypedConstant argument in attribute.ConstructorArguments)
        {
            if (argument.IsError())
            {
                return true;
            }
        }

        foreach (KeyValuePair<string, TypedConstant> argument in attribute.NamedArguments)
        {
            if (argument.Value.IsError())
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsError(this TypedConstant constant) => constant.Kind switch
    {
        TypedConstantKind.Error => true,
        TypedConstantKind.Array => !constant.IsNull && constant.Values.Any(IsError),
        _ => false,
    };

    private static TypedConstant? Named(this AttributeData attribute, string name)
    {
        foreach (KeyValuePair<string, TypedConstant> argument in attribute.NamedArguments)
        {
            if (argument.Key == name)
            {
                return argument.Value;
            }
        }

        return null;
    }
}
