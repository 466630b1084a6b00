using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Parsing;

/// <summary>
/// Reads the attributes of <c>System.ComponentModel.DataAnnotations</c> that are validation attributes. One that doesn't fit the property's type,
/// or that no value could satisfy, has no effect here; the attribute itself would throw when it is used. The reason is found in the same place.
/// </summary>
internal static class ValidationAttributeParser
{
    private const int DefaultTimeoutMilliseconds = 2000;

    /// <summary>Which patterns are regular expressions: to parse one costs 40 KB.</summary>
    private static readonly ResultCache<string, bool> Patterns = new(IsPattern);

    private static readonly ResultCache<(string Name, int Min, int Max, string Unit), ValidationAttributeReading> Lengths = new(MakeLength);
    private static readonly ResultCache<(string Pattern, int Timeout), ValidationAttributeReading> PatternRules = new(MakePattern);

    /// <summary>Makes the rules of a property.</summary>
    /// <param name="attributes">Its validation attributes, if there are any.</param>
    /// <param name="type">Its type.</param>
    /// <param name="value">How its value is written.</param>
    /// <param name="flaws">Receives the attributes that have no effect; <see langword="null"/> in the generator.</param>
    public static EquatableArray<ValidationRule> Parse(
        IReadOnlyList<AttributeUse>? attributes,
        ITypeSymbol type,
        ValueModel value,
        ICollection<ValidationFlaw>? flaws = null)
    {
        if (attributes is null)
        {
            return EquatableArray<ValidationRule>.Empty;
        }

        ITypeSymbol valueType = type.WithoutNullable(out _);
        var rules = attributes.Count > 1 ? new ValidationRule[attributes.Count] : [];
        int count = 0;
        for (int i = 0; i < attributes.Count; i++)
        {
            ValidationAttributeReading reading = Read(attributes[i], valueType, value);
            if (reading.Flaw is { } flaw)
            {
                flaws?.Add(new ValidationFlaw(attributes[i], flaw));
            }
            else if (reading.Rule is { } rule)
            {
                if (attributes.Count == 1)
                {
                    return reading.Alone!;
                }

                rules[count++] = rule;
            }
        }

        Array.Resize(ref rules, count);
        return count == 0 ? EquatableArray<ValidationRule>.Empty : new EquatableArray<ValidationRule>(rules);
    }

    private static ValidationAttributeReading Read(AttributeUse attribute, ITypeSymbol type, ValueModel value)
    {
        if (attribute.HasErrors)
        {
            return ValidationAttributeReading.Nothing;
        }

        if (attribute.Flaw is { } flaw)
        {
            return flaw;
        }

        bool isText = type.SpecialType == SpecialType.System_String;
        return attribute.Known.Validation switch
        {
            ValidationKind.StringLength => isText ? ReadStringLength(attribute) : ValidationFlawKind.ConcernsStrings,
            ValidationKind.MaxLength => isText ? ReadMaxLength(attribute, "characters")
                : value is ListModel ? ReadMaxLength(attribute, "elements")
                : ValidationFlawKind.ConcernsStringsAndLists,
            ValidationKind.MinLength => isText ? ReadMinLength(attribute, "characters")
                : value is ListModel ? ReadMinLength(attribute, "elements")
                : ValidationFlawKind.ConcernsStringsAndLists,
            ValidationKind.Length => isText ? ReadLength(attribute, "characters")
                : value is ListModel ? ReadLength(attribute, "elements")
                : ValidationFlawKind.ConcernsStringsAndLists,
            ValidationKind.Range => RangeRuleParser.Read(attribute, type),
            ValidationKind.AllowedValues or ValidationKind.DeniedValues => AllowedValuesRuleParser.Read(attribute, type),
            ValidationKind.RegularExpression => isText ? ReadPattern(attribute) : ValidationFlawKind.ConcernsStrings,
            _ => ValidationFlawKind.IsNotChecked,
        };
    }

    private static ValidationAttributeReading ReadStringLength(AttributeUse attribute)
    {
        if (attribute.Number(0) is not { } max)
        {
            return ValidationAttributeReading.Nothing;
        }

        int min = attribute.NamedNumber("MinimumLength") ?? 0;
        return max < 0 || min > max ? ValidationFlawKind.NoLengthKeepsIt : MakeLength("StringLength", min, max, "characters");
    }

    private static ValidationAttributeReading ReadMaxLength(AttributeUse attribute, string unit) => attribute.Number(0) switch
    {
        null or -1 => ValidationAttributeReading.Nothing,
        > 0 and { } max => MakeLength("MaxLength", 0, max, unit),
        _ => ValidationFlawKind.LengthIsNotPositive,
    };

    private static ValidationAttributeReading ReadMinLength(AttributeUse attribute, string unit) => attribute.Number(0) switch
    {
        null => ValidationAttributeReading.Nothing,
        < 0 => ValidationFlawKind.NoLengthKeepsIt,
        { } min => MakeLength("MinLength", min, int.MaxValue, unit),
    };

    private static ValidationAttributeReading ReadLength(AttributeUse attribute, string unit) => (attribute.Number(0), attribute.Number(1)) switch
    {
        ({ } min, { } max) => min < 0 || max < min ? ValidationFlawKind.NoLengthKeepsIt : MakeLength("Length", min, max, unit),
        _ => ValidationAttributeReading.Nothing,
    };

    private static ValidationAttributeReading MakeLength(string name, int min, int max, string unit) =>
        Lengths.Get((name, min, max, unit));

    private static ValidationAttributeReading MakeLength((string Name, int Min, int Max, string Unit) key)
    {
        (string name, int min, int max, string unit) = key;
        string? words = (min > 0, max < int.MaxValue) switch
        {
            (true, true) => $"{Number(min)} to {Number(max)}",
            (true, false) => $"at least {Number(min)}",
            (false, true) => $"at most {Number(max)}",
            _ => null,
        };
        return words is null ? ValidationAttributeReading.Nothing : new LengthRule(Math.Max(min, 0), max, $"{name}: {words} {unit}");
    }

    private static ValidationAttributeReading ReadPattern(AttributeUse attribute)
    {
        if (attribute.FirstString is not { Length: > 0 } pattern)
        {
            return ValidationFlawKind.PatternIsEmpty;
        }

        if (!Patterns.Get(pattern))
        {
            return ValidationFlawKind.PatternIsNone;
        }

        int timeout = attribute.NamedNumber("MatchTimeoutInMilliseconds") is { } milliseconds and (> 0 or -1) ? milliseconds : DefaultTimeoutMilliseconds;
        return PatternRules.Get((pattern, timeout));
    }

    private static ValidationAttributeReading MakePattern((string Pattern, int Timeout) key) =>
        new PatternRule(key.Pattern, key.Timeout, $"RegularExpression: {key.Pattern}");

    private static bool IsPattern(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.CultureInvariant);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
