using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Model;

namespace TypedEvents.Generators.Parsing;

/// <summary>How a property is written, by its type and its formats.</summary>
internal static class ValueParser
{
    private const int BooleanLiteral = 1;
    private const int UnixMilliseconds = 1;
    private const int DateAndTime = 2;

    /// <summary>Returns how a property of this type is written, or <see langword="null"/> if it can't be sent.</summary>
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

        return ValueTypes.Find(value) is { } row
            ? ScalarModel.Of(row.Writer, FormOf(row, booleanFormat, dateFormat), isNullable)
            : ListParser.Parse(value);
    }

    private static ScalarForm FormOf(ValueType type, int booleanFormat, int dateFormat) => type switch
    {
        { Format: ValueFormat.Boolean } => booleanFormat == BooleanLiteral ? ScalarForm.BooleanLiteral : ScalarForm.AsIs,
        { Format: ValueFormat.Date } => DateForm(dateFormat),
        { Form: var form } => form,
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
