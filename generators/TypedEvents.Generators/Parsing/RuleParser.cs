using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Model;

namespace TypedEvents.Generators.Parsing;

/// <summary>
/// Reads the attributes of <c>System.ComponentModel.DataAnnotations</c> that are value rules. One that doesn't fit the property's type,
/// or that no value could keep, is no rule here: that attribute throws when it is used.
/// </summary>
internal static class RuleParser
{
    private const int DefaultTimeoutMilliseconds = 2000;

    /// <summary>Whether an attribute is one of those that are value rules.</summary>
    public static bool IsRule(AttributeData attribute) =>
        attribute.AttributeClass is
        {
            Name: "StringLengthAttribute" or "MaxLengthAttribute" or "RangeAttribute" or "AllowedValuesAttribute" or "RegularExpressionAttribute",
        } type
        && attribute.IsSystemAttribute(type.Name, "DataAnnotations");

    /// <summary>Makes the rules of a property.</summary>
    /// <param name="attributes">Its attributes that are rules, if there are any.</param>
    /// <param name="type">Its type.</param>
    /// <param name="value">How its value is written.</param>
    public static EquatableArray<RuleModel> Parse(IReadOnlyList<AttributeData>? attributes, ITypeSymbol type, ValueModel value)
    {
        if (attributes is null)
        {
            return EquatableArray<RuleModel>.Empty;
        }

        ITypeSymbol valueType = type.WithoutNullable(out _);
        bool isText = valueType.SpecialType == SpecialType.System_String;
        var rules = new List<RuleModel>();
        foreach (AttributeData attribute in attributes)
        {
            RuleModel? rule = attribute.AttributeClass!.Name switch
            {
                "StringLengthAttribute" => isText ? ParseStringLength(attribute) : null,
                "MaxLengthAttribute" => isText ? ParseMaxLength(attribute, "characters") : value is ListModel ? ParseMaxLength(attribute, "elements") : null,
                "RangeAttribute" => RangeRuleParser.Parse(attribute, valueType),
                "AllowedValuesAttribute" => AllowedValuesRuleParser.Parse(attribute, valueType),
                _ => isText ? ParsePattern(attribute) : null,
            };
            if (rule is not null)
            {
                rules.Add(rule);
            }
        }

        return EquatableArray.From(rules);
    }

    private static LengthRule? ParseStringLength(AttributeData attribute)
    {
        if (attribute.FirstNumber() is not { } max)
        {
            return null;
        }

        int min = attribute.NamedNumber("MinimumLength") ?? 0;
        return max < 0 || min > max ? null : MakeLength("StringLength", min, max, "characters");
    }

    private static LengthRule? ParseMaxLength(AttributeData attribute, string unit) =>
        attribute.FirstNumber() is { } max and > 0 ? MakeLength("MaxLength", 0, max, unit) : null;

    private static LengthRule? MakeLength(string name, int min, int max, string unit)
    {
        string? words = (min > 0, max < int.MaxValue) switch
        {
            (true, true) => $"{Number(min)} to {Number(max)}",
            (true, false) => $"at least {Number(min)}",
            (false, true) => $"at most {Number(max)}",
            _ => null,
        };
        return words is null ? null : new LengthRule(Math.Max(min, 0), max, $"{name}: {words} {unit}");
    }

    private static PatternRule? ParsePattern(AttributeData attribute)
    {
        if (attribute.FirstArgument() is not { Length: > 0 } pattern || !IsPattern(pattern))
        {
            return null;
        }

        int timeout = attribute.NamedNumber("MatchTimeoutInMilliseconds") is { } milliseconds and (> 0 or -1) ? milliseconds : DefaultTimeoutMilliseconds;
        return new PatternRule(pattern, timeout, $"RegularExpression: {pattern}");
    }

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
