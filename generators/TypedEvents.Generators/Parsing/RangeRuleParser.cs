using System.Globalization;
using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Model;

namespace TypedEvents.Generators.Parsing;

/// <summary>
/// Reads <c>[Range]</c>. Numbers are compared exactly; the attribute itself would round them to the type of its bounds first.
/// </summary>
internal static class RangeRuleParser
{
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
                return Read(attribute, BoundsOf(min, max, kind));
            case [{ Kind: TypedConstantKind.Primitive, Value: double min }, { Kind: TypedConstantKind.Primitive, Value: double max }]:
                return double.IsNaN(min) || double.IsNaN(max) ? ValidationFlawKind.BoundIsNaN : Read(attribute, (min, max));
            case [{ Kind: TypedConstantKind.Type, Value: ITypeSymbol operand }, { Value: var min }, { Value: var max }]:
                return ValueTypes.NumberKindOf(operand) is not (NumberKind.Decimal or NumberKind.Int64) ? ValidationFlawKind.BoundsOfOtherType
                    : decimal.TryParse(min as string, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal from)
                        && decimal.TryParse(max as string, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal to)
                        ? Read(attribute, BoundsOf(from, to, kind))
                        : ValidationFlawKind.BoundsAreNoNumbers;
            default:
                return ValidationAttributeReading.Nothing;
        }
    }

    private static ValidationAttributeReading Read(AttributeUse attribute, (object Min, object Max) bounds)
    {
        (object min, object max) = bounds;
        bool isMinExclusive = attribute.NamedFlag("MinimumIsExclusive");
        bool isMaxExclusive = attribute.NamedFlag("MaximumIsExclusive");
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
}
