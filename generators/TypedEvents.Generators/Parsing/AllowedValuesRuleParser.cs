using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Parsing;

/// <summary>
/// Reads <c>[AllowedValues]</c> and <c>[DeniedValues]</c>. Numbers are compared by value, whatever the type of the constant. A
/// <see langword="null"/> among the values is ignored because a property without a value is left out.
/// </summary>
internal static class AllowedValuesRuleParser
{
    private const int MaxDescribedValues = 10;

    /// <summary>Up to as many values, a linear search is cheaper than a set.</summary>
    private const int MaxCompared = 20;

    /// <summary>The names of the members of enums, for all events of a compilation that limit them.</summary>
    private static readonly ConditionalWeakTable<ITypeSymbol, Dictionary<object, string>> MemberNames = new();

    /// <summary>Readings of the attributes on properties of an enum: a symbol never changes, and many events limit the same enum.</summary>
    private static readonly ConditionalWeakTable<ITypeSymbol, ResultCache<ValuesKey, ValidationAttributeReading>> OfEnums = new();

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

        // A reading that names other symbols isn't remembered, because it would keep their compilation in memory.
        return type.TypeKind == TypeKind.Enum && NamesNoOtherType(list.Values, type)
            ? OfEnums.GetValue(type, static type => new ResultCache<ValuesKey, ValidationAttributeReading>(key => Read(key.Values, key.IsDenied, type)))
                .Get(new ValuesKey(list.Values, isDenied))
            : Read(list.Values, isDenied, type);
    }

    private static bool NamesNoOtherType(ImmutableArray<Constant> values, ITypeSymbol type)
    {
        foreach (Constant value in values)
        {
            bool isOther = value.Kind is not (TypedConstantKind.Primitive or TypedConstantKind.Enum)
                || (value.Type is not null && !SymbolEqualityComparer.Default.Equals(value.Type, type));
            if (isOther)
            {
                return false;
            }
        }

        return true;
    }

    private static ValidationAttributeReading Read(ImmutableArray<Constant> constants, bool isDenied, ITypeSymbol type)
    {
        var values = new AllowedValue[constants.Length];
        int count = 0;
        HashSet<object>? seen = constants.Length > MaxCompared ? [] : null;
        foreach (Constant constant in constants)
        {
            if (ValueOf(constant, type) is { } value && (seen is null ? Array.IndexOf(values, new AllowedValue(value), 0, count) < 0 : seen.Add(value)))
            {
                values[count++] = new AllowedValue(value);
            }
        }

        if (count == 0)
        {
            return ValidationFlawKind.AllowsNoValueOfType;
        }

        Array.Resize(ref values, count);

        // With both of them there is nothing to break, or nothing to keep.
        bool isTrivial = values[0].Value is bool && count == 2;
        return isTrivial && isDenied ? ValidationFlawKind.AllowsNoValue
            : isTrivial ? ValidationAttributeReading.Nothing
            : new AllowedValuesRule(new EquatableArray<AllowedValue>(values), isDenied, Describe(isDenied ? "DeniedValues: " : "AllowedValues: ", values, type));
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

    private static string Describe(string name, AllowedValue[] values, ITypeSymbol type)
    {
        StringBuilder text = TextBuilder.Take().Append(name);
        for (int i = 0; i < Math.Min(values.Length, MaxDescribedValues); i++)
        {
            text.Append(i == 0 ? "" : ", ").Append(Describe(values[i].Value, type));
        }

        return text.Append(values.Length > MaxDescribedValues ? ", …" : "").Finish();
    }

    private static string Describe(object value, ITypeSymbol type)
    {
        if (type.TypeKind != TypeKind.Enum)
        {
            return value is IFormattable number ? number.ToString(null, CultureInfo.InvariantCulture) : value.ToString();
        }

        return MemberNames.GetValue(type, static type => NamesOf(type)).TryGetValue(value, out string? name)
            ? name
            : ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture);
    }

    /// <summary>The first member of each value.</summary>
    private static Dictionary<object, string> NamesOf(ITypeSymbol type)
    {
        var names = new Dictionary<object, string>();
        NumberKind kind = ValueTypes.NumberKindOf(((INamedTypeSymbol)type).EnumUnderlyingType!);
        foreach (ISymbol member in type.GetMembers())
        {
            if (member is IFieldSymbol { HasConstantValue: true } field && NumberOf(field.ConstantValue, kind) is { } value && !names.ContainsKey(value))
            {
                names.Add(value, field.Name);
            }
        }

        return names;
    }

    /// <summary>All that a reading depends on beside the type.</summary>
    private readonly struct ValuesKey(ImmutableArray<Constant> values, bool isDenied) : IEquatable<ValuesKey>
    {
        public ImmutableArray<Constant> Values => values;

        public bool IsDenied => isDenied;

        public bool Equals(ValuesKey other)
        {
            if (isDenied != other.IsDenied || values.Length != other.Values.Length)
            {
                return false;
            }

            for (int i = 0; i < values.Length; i++)
            {
                if (values[i].Kind != other.Values[i].Kind || !Equals(values[i].Value, other.Values[i].Value))
                {
                    return false;
                }
            }

            return true;
        }

        public override bool Equals(object? obj) => obj is ValuesKey other && Equals(other);

        public override int GetHashCode()
        {
            int hash = values.Length;
            foreach (Constant value in values)
            {
                hash = unchecked((hash * 31) + (value.Value?.GetHashCode() ?? 0));
            }

            return hash;
        }
    }
}
