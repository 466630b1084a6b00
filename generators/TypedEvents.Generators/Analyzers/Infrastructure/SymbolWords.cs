using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>Types and names as messages speak of them.</summary>
internal static class SymbolWords
{
    /// <summary>A type as the developer writes it: <c>Dictionary&lt;string, int&gt;</c>.</summary>
    public static string InWords(this ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat);

    /// <summary>A name as one line: what someone wrote in a string may hold anything.</summary>
    public static string Printable(string text)
    {
        if (!text.Any(IsUnprintable))
        {
            return text;
        }

        var printable = new StringBuilder(text.Length);
        foreach (char character in text)
        {
            if (IsUnprintable(character))
            {
                printable.Append("\\u").Append(((int)character).ToString("x4", CultureInfo.InvariantCulture));
            }
            else
            {
                printable.Append(character);
            }
        }

        return printable.ToString();
    }

    private static bool IsUnprintable(char character) =>
        char.IsControl(character) || char.IsSurrogate(character) || character is '\u2028' or '\u2029';

    /// <summary>Whether the compiler doesn't know the type, or a part of it: it says so, and that is enough.</summary>
    public static bool IsUnknown(this ITypeSymbol type) => type switch
    {
        IErrorTypeSymbol => true,
        IArrayTypeSymbol array => array.ElementType.IsUnknown(),
        IPointerTypeSymbol pointer => pointer.PointedAtType.IsUnknown(),
        INamedTypeSymbol named => named.TypeArguments.Any(IsUnknown),
        _ => false,
    };

    /// <summary>Whether it is a class or struct of this compilation that can be a record: one without a base class, as only records derive from records.</summary>
    public static bool CanBecomeRecord(this ITypeSymbol type) =>
        type is INamedTypeSymbol { IsStatic: false, IsRefLikeType: false, TypeKind: TypeKind.Class or TypeKind.Struct, DeclaringSyntaxReferences.IsEmpty: false }
        && (type.IsRecord || type.BaseType is { SpecialType: SpecialType.System_Object or SpecialType.System_ValueType });

    /// <summary>The enum that values of a type are, or that the elements of a list are.</summary>
    public static INamedTypeSymbol? FindEnum(this ITypeSymbol type)
    {
        ITypeSymbol value = type.WithoutNullable(out _);
        ITypeSymbol element = value.TypeKind == TypeKind.Enum ? value : value.FindListElement()?.WithoutNullable(out _) ?? value;
        return element.TypeKind == TypeKind.Enum ? element as INamedTypeSymbol : null;
    }

    /// <summary>The element type of a list of any kind. A dictionary isn't a list.</summary>
    public static ITypeSymbol? FindListElement(this ITypeSymbol type) =>
        ListParser.FindElementType(type.WithoutNullable(out _)) is { Name: not "KeyValuePair" } element ? element : null;
}
