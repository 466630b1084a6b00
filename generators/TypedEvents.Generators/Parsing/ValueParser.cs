using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Model;

namespace TypedEvents.Generators.Parsing;

/// <summary>Which types can go on the wire, and how: the table of values.</summary>
internal static class ValueParser
{
    private const int BooleanLiteral = 1;
    private const int UnixMilliseconds = 1;
    private const int DateAndTime = 2;

    /// <summary>Says how a property of this type is written, or <see langword="null"/> where it can't be.</summary>
    /// <param name="type">The property's type.</param>
    /// <param name="booleanFormat">The number of the <c>BooleanFormat</c>.</param>
    /// <param name="dateFormat">The number of the <c>DateFormat</c>.</param>
    public static ValueModel? Parse(ITypeSymbol type, int booleanFormat, int dateFormat)
    {
        ITypeSymbol value = type.WithoutNullable(out bool isNullable);
        if (value.TypeKind == TypeKind.Enum)
        {
            return EnumParser.Parse(value) is { } enumModel ? new EnumValueModel(enumModel, isNullable) : null;
        }

        return ParseScalar(value, booleanFormat, dateFormat) is { } form
            ? ScalarModel.Of(form, isNullable)
            : ListParser.Parse(value);
    }

    private static ScalarForm? ParseScalar(ITypeSymbol type, int booleanFormat, int dateFormat)
    {
        switch (type.SpecialType)
        {
            case SpecialType.System_String:
            case SpecialType.System_Char:
            case SpecialType.System_Int32:
            case SpecialType.System_UInt32:
            case SpecialType.System_Int64:
            case SpecialType.System_UInt64:
            case SpecialType.System_Single:
            case SpecialType.System_Double:
            case SpecialType.System_Decimal:
                return ScalarForm.AsIs;
            case SpecialType.System_SByte:
            case SpecialType.System_Byte:
            case SpecialType.System_Int16:
            case SpecialType.System_UInt16:
                return ScalarForm.AsInt32;
            case SpecialType.System_IntPtr:
                return ScalarForm.AsInt64;
            case SpecialType.System_UIntPtr:
                return ScalarForm.AsUInt64;
            case SpecialType.System_Boolean:
                return booleanFormat == BooleanLiteral ? ScalarForm.BooleanLiteral : ScalarForm.AsIs;
            case SpecialType.System_DateTime:
                return DateForm(dateFormat);
            case SpecialType.None:
                return ParseSystemType(type, dateFormat);
            default:
                return null;
        }
    }

    private static ScalarForm? ParseSystemType(ITypeSymbol type, int dateFormat) => type.Name switch
    {
        "DateTimeOffset" when type.IsInSystem("DateTimeOffset") => DateForm(dateFormat),
        "Guid" or "Uri" or "DateOnly" or "TimeOnly" or "TimeSpan" or "Half" or "Int128" or "UInt128"
            when type is INamedTypeSymbol { Arity: 0 } && type.IsInSystem(type.Name) => ScalarForm.AsIs,
        _ => null,
    };

    private static ScalarForm DateForm(int dateFormat) => dateFormat switch
    {
        UnixMilliseconds => ScalarForm.UnixMilliseconds,
        DateAndTime => ScalarForm.DateAndTime,
        _ => ScalarForm.AsIs,
    };

    /// <summary>The type under <see cref="Nullable{T}"/>, if it is one.</summary>
    public static ITypeSymbol WithoutNullable(this ITypeSymbol type, out bool isNullable)
    {
        isNullable = type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T;
        return isNullable ? ((INamedTypeSymbol)type).TypeArguments[0] : type;
    }
}
