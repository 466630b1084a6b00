using System.Globalization;
using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Parsing;

/// <summary>
/// Reads <c>[Range]</c>. Numbers are compared exactly; the attribute itself would round them to the type of its bounds first.
/// </summary>
internal static class RangeRuleParser
{
    private static readonly ResultCache<RangeKey, ValidationAttributeReading> Known = new(Read);

    /// <summary>Makes the rule, or returns the reason why the bounds or the type can't be compared.</summary>
    public static ValidationAttributeReading Read(AttributeUse attribute, ITypeSymbol type)
    {
        NumberKind kind = ValueTypes.NumberKindOf(type);
        if (kind == NumberKind.None)
        {
            return ValidationFlawKind.ConcernsNumbers;
        }

        switch (attribute.Arguments)
        {
            case [{ Kind: TypedConstantKind.Primitive, Value: int min }, { Kind: TypedConstantKind.Primitive, Value: int max }]:
                return Known.Get(KeyOf(attribute, kind, BoundsKind.Int32) with { Min = min, Max = max });
            case [{ Kind: TypedConstantKind.Primitive, Value: double min }, { Kind: TypedConstantKind.Primitive, Value: double max }]:
                return Known.Get(KeyOf(attribute, kind, BoundsKind.Double) with { Min = BitConverter.DoubleToInt64Bits(min), Max = BitConverter.DoubleToInt64Bits(max) });
            case [{ Kind: TypedConstantKind.Type, Value: ITypeSymbol operand }, { Value: var min }, { Value: var max }]:
                return ValueTypes.NumberKindOf(operand) is NumberKind.Decimal or NumberKind.Int64
                    ? Known.Get(KeyOf(attribute, kind, BoundsKind.Text) with { MinText = min as string, MaxText = max as string })
                    : ValidationFlawKind.BoundsOfOtherType;
            default:
                return ValidationAttributeReading.Nothing;
        }
    }

    private static RangeKey KeyOf(AttributeUse attribute, NumberKind kind, BoundsKind bounds) =>
        new(kind, bounds, attribute.NamedFlag("MinimumIsExclusive"), attribute.NamedFlag("MaximumIsExclusive"));

    private static ValidationAttributeReading Read(RangeKey key)
    {
        if (key.Bounds == BoundsKind.Text)
        {
            return decimal.TryParse(key.MinText, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal from)
                && decimal.TryParse(key.MaxText, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal to)
                ? Read(BoundsOf(from, to, key.Kind), key.IsMinExclusive, key.IsMaxExclusive)
                : ValidationFlawKind.BoundsAreNoNumbers;
        }

        if (key.Bounds == BoundsKind.Int32)
        {
            return Read(BoundsOf(key.Min, key.Max, key.Kind), key.IsMinExclusive, key.IsMaxExclusive);
        }

        double min = BitConverter.Int64BitsToDouble(key.Min);
        double max = BitConverter.Int64BitsToDouble(key.Max);
        return double.IsNaN(min) || double.IsNaN(max) ? ValidationFlawKind.BoundIsNaN : Read((min, max), key.IsMinExclusive, key.IsMaxExclusive);
    }

    private static ValidationAttributeReading Read((object Min, object Max) bounds, bool isMinExclusive, bool isMaxExclusive)
    {
        (object min, object max) = bounds;
        int order = ((IComparable)min).CompareTo(max);
        return order > 0 || (order == 0 && (isMinExclusive || isMaxExclusive))
            ? ValidationFlawKind.NoNumberKeepsIt
            : new RangeRule(min, max, isMinExclusive, isMaxExclusive, Describe(min, max, isMinExclusive, isMaxExclusive));
    }

    /// <summary>The bounds as what holds the property's values and them.</summary>
    private static (object Min, object Max) BoundsOf(decimal min, decimal max, NumberKind kind) => kind switch
    {
        NumberKind.Int64 when IsInt64(min) && IsInt64(max) => ((long)min, (long)max),
        NumberKind.Int64 or NumberKind.UInt64 or NumberKind.Decimal => (min, max),
        _ => ((double)min, (double)max),
    };

    private static bool IsInt64(decimal number) => number is >= long.MinValue and <= long.MaxValue && decimal.Truncate(number) == number;

    private static string Describe(object min, object max, bool isMinExclusive, bool isMaxExclusive)
    {
        string from = ((IFormattable)min).ToString(null, CultureInfo.InvariantCulture);
        string to = ((IFormattable)max).ToString(null, CultureInfo.InvariantCulture);
        string atLeast = $"{(isMinExclusive ? "more than" : "at least")} {from}";
        string atMost = $"{(isMaxExclusive ? "less than" : "at most")} {to}";
        return (min, max) switch
        {
            (_, double.PositiveInfinity) => $"Range: {atLeast}",
            (double.NegativeInfinity, _) => $"Range: {atMost}",
            _ when isMinExclusive || isMaxExclusive => $"Range: {atLeast} and {atMost}",
            _ => $"Range: {from} to {to}",
        };
    }

    private enum BoundsKind
    {
        /// <summary><c>[Range(1, 100)]</c>.</summary>
        Int32,

        /// <summary><c>[Range(0.5, 1.5)]</c>: the bits, as <c>-0.0</c> equals <c>0.0</c>.</summary>
        Double,

        /// <summary><c>[Range(typeof(decimal), "0", "99.95")]</c>.</summary>
        Text,
    }

    /// <summary>All that a range depends on.</summary>
    private readonly record struct RangeKey(NumberKind Kind, BoundsKind Bounds, bool IsMinExclusive, bool IsMaxExclusive)
    {
        public long Min { get; init; }

        public long Max { get; init; }

        public string? MinText { get; init; }

        public string? MaxText { get; init; }
    }
}
