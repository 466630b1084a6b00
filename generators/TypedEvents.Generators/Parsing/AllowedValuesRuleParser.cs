using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Model;

namespace TypedEvents.Generators.Parsing;

/// <summary>
/// Reads <c>[AllowedValues]</c> and <c>[DeniedValues]</c>. Numbers are compared by value, whatever the type of the constant. A
/// <see langword="null"/> among the values is ignored because a property without a value is left out.
/// </summary>
internal static class AllowedValuesRuleParser
{
    private const int MaxDescribedValues = 10;

    /// <summary>Makes the rule, or returns the reason why the attribute has no effect on the type.</summary>
    public static ValidationAttributeReading Read(AttributeUse attribute, ITypeSymbol type)
    {
        if (!CanBeCompared(type))
        {
            return ValidationFlawKind.ConcernsConstants;
        }

        // [AllowedValues(null)] has no array at all.
        bool isDenied = attribute.Known.Validation == ValidationKind.DeniedValues;
        if (attribute.Arguments is not [{ Kind: TypedConstantKind.Array, IsNull: false } list] || list.Values.All(value => value.IsNull))
        {
            return isDenied ? ValidationFlawKind.DeniesNoValue : ValidationFlawKind.AllowsNoValue;
        }

        var values = new List<AllowedValue>();
        var seen = new HashSet<object>();
        foreach (Constant constant in list.Values)
        {
            if (ValueOf(constant, type) is { } value && seen.Add(value))
            {
                values.Add(new AllowedValue(value));
            }
        }

        if (values.Count == 0)
        {
            return ValidationFlawKind.AllowsNoValueOfType;
        }

        // With both of them there is nothing to break, or nothing to keep.
        bool isTrivial = values[0].Value is bool && values.Count == 2;
        return isTrivial && isDenied ? ValidationFlawKind.AllowsNoValue
            : isTrivial ? ValidationAttributeReading.Nothing
            : new AllowedValuesRule(EquatableArray.From(values), isDenied, Describe(isDenied ? "DeniedValues: " : "AllowedValues: ", values, type));
    }

    /// <summary>Whether the type has constants in C#. <c>Half</c> and the types of 128 bits have none.</summary>
    private static bool CanBeCompared(ITypeSymbol type) =>
        type.TypeKind == TypeKind.Enum
        || type.SpecialType is SpecialType.System_String or SpecialType.System_Char or SpecialType.System_Boolean
        || (type.SpecialType != SpecialType.None && ValueTypes.NumberKindOf(type) != NumberKind.None);

    private static object? ValueOf(Constant constant, ITypeSymbol type)
    {
        if (constant.Kind == TypedConstantKind.Enum)
        {
            return constant.Type is INamedTypeSymbol constantType && SymbolEqualityComparer.Default.Equals(constantType, type)
                ? NumberOf(constant.Value, ValueTypes.NumberKindOf(constantType.EnumUnderlyingType!))
                : null;
        }

        if (constant.Kind != TypedConstantKind.Primitive)
        {
            return null;
        }

        return (constant.Value, type.SpecialType) switch
        {
            (string text, SpecialType.System_String) => text,
            (char character, SpecialType.System_Char) => character,
            (bool flag, SpecialType.System_Boolean) => flag,
            (string or char or bool, _) => null,
            (var number, _) => NumberOf(number, ValueTypes.NumberKindOf(type)),
        };
    }

    /// <summary>A number as values of the kind are compared, unless none of them can be equal to it.</summary>
    private static object? NumberOf(object? constant, NumberKind kind)
    {
        if (constant is null or double.NaN or float.NaN)
        {
            return null;
        }

        try
        {
            return kind switch
            {
                NumberKind.Int64 when Convert.ToDecimal(constant, CultureInfo.InvariantCulture) is var number && decimal.Truncate(number) == number => (long)number,
                NumberKind.UInt64 when Convert.ToDecimal(constant, CultureInfo.InvariantCulture) is var number && decimal.Truncate(number) == number => (ulong)number,
                NumberKind.Single => Convert.ToSingle(constant, CultureInfo.InvariantCulture),
                NumberKind.Double => Convert.ToDouble(constant, CultureInfo.InvariantCulture),
                NumberKind.Decimal => Convert.ToDecimal(constant, CultureInfo.InvariantCulture),
                _ => null,
            };
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static string Describe(string name, List<AllowedValue> values, ITypeSymbol type)
    {
        var text = new StringBuilder(name);
        for (int i = 0; i < Math.Min(values.Count, MaxDescribedValues); i++)
        {
            text.Append(i == 0 ? "" : ", ").Append(Describe(values[i].Value, type));
        }

        return text.Append(values.Count > MaxDescribedValues ? ", …" : "").ToString();
    }

    private static string Describe(object value, ITypeSymbol type)
    {
        if (type.TypeKind != TypeKind.Enum)
        {
            return value is IFormattable number ? number.ToString(null, CultureInfo.InvariantCulture) : value.ToString();
        }

        foreach (ISymbol member in type.GetMembers())
        {
            if (member is IFieldSymbol { HasConstantValue: true } field
                && Equals(NumberOf(field.ConstantValue, value is ulong ? NumberKind.UInt64 : NumberKind.Int64), value))
            {
                return field.Name;
            }
        }

        return ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture);
    }
}
