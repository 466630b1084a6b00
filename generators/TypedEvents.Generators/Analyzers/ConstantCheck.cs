using System.Globalization;
using System.Text.RegularExpressions;
using TypedEvents.Generators.Model;

namespace TypedEvents.Generators.Analyzers;

/// <summary>Checks a constant as the generated code checks a value.</summary>
internal static class ConstantCheck
{
    /// <summary>The timeout of a match: analyzers run while the developer types.</summary>
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether a constant breaks a rule, as far as that can be said.</summary>
    public static bool IsBroken(ValidationRule rule, object constant)
    {
        try
        {
            return rule switch
            {
                LengthRule length => constant is string text && (text.Length < length.Min || text.Length > length.Max),
                RangeRule range => IsBroken(range, constant),
                AllowedValuesRule allowed => allowed.IsDenied == allowed.Values.Contains(new AllowedValue(As(allowed.Values[0].Value, constant))),
                PatternRule pattern => constant is string { Length: > 0 } text && !IsWholeMatch(pattern.Pattern, text),
                _ => false,
            };
        }
        catch (Exception exception) when (exception is OverflowException or InvalidCastException or FormatException or RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static bool IsBroken(RangeRule range, object constant)
    {
        var number = (IComparable)As(range.Min, constant);
        if (number is double.NaN)
        {
            return false;
        }

        int toMin = number.CompareTo(range.Min);
        int toMax = number.CompareTo(range.Max);
        return (range.IsMinExclusive ? toMin <= 0 : toMin < 0) || (range.IsMaxExclusive ? toMax >= 0 : toMax > 0);
    }

    private static bool IsWholeMatch(string pattern, string text)
    {
        Match match = new Regex(pattern, RegexOptions.CultureInvariant, MatchTimeout).Match(text);
        return match.Success && match.Index == 0 && match.Length == text.Length;
    }

    /// <summary>The constant as the rule's values are.</summary>
    private static object As(object ruleValue, object constant) =>
        Convert.ChangeType(constant, ruleValue.GetType(), CultureInfo.InvariantCulture);
}
