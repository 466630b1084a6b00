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

    /// <summary>The strings of a list that is set by name; none where it isn't.</summary>
    public static IReadOnlyList<string> NamedTexts(this AttributeData attribute, string name) =>
        attribute.Named(name) is { Kind: TypedConstantKind.Array, IsNull: false } list ? [.. list.Values.Select(value => value.Value).OfType<string>()] : [];

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
