using System.Globalization;
using System.Text;
using TypedEvents.Generators.Parsing;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Analyzers;

/// <summary>The names and the limits that EngageLab's client SDKs accept, and how to derive a valid name.</summary>
internal static class NameRules
{
    public const int MaxNameLength = 49;
    public const int MaxProperties = 500;

    private static readonly string[] ReservedPrefixes = ["el_", "engagelab", "metaverse"];

    /// <summary>The rule of EngageLab's client SDKs; for event names it is the documented one as well.</summary>
    public static bool IsPropertyName(string name) => name.Length <= MaxNameLength && EventCheck.IsEventName(name);

    public static string? ReservedPrefixOf(string name) =>
        Array.Find(ReservedPrefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary><c>el_signed_up</c> becomes <c>signed_up</c>; <see langword="null"/> where no name remains.</summary>
    public static string? WithoutReservedPrefix(string name)
    {
        while (ReservedPrefixOf(name) is { } prefix)
        {
            name = name.Substring(prefix.Length);
            if (prefix[prefix.Length - 1] != '_' && !name.StartsWith("_", StringComparison.Ordinal))
            {
                // 'engagelabs' would leave 's', which isn't a name.
                return null;
            }

            name = name.TrimStart('_');
        }

        return IsPropertyName(name) ? name : null;
    }

    /// <summary>Formats a number, the same under every culture.</summary>
    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary><c>Größe (cm)</c> becomes <c>grosse_cm</c>: a name within the rule, or <see langword="null"/> where no letter remains.</summary>
    public static string? Suggest(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        string[] words = NamingPolicy.SnakeCase(ToAscii(text!)).Split(['_'], StringSplitOptions.RemoveEmptyEntries);
        string name = string.Join("_", words).TrimStart('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '_');
        return name.Length == 0 ? null : name;
    }

    /// <summary>The same, at most as long as a name may be.</summary>
    public static string? SuggestShort(string? text) =>
        Suggest(text) is { } name && name.Length > MaxNameLength ? name.Substring(0, MaxNameLength).TrimEnd('_') : Suggest(text);

    /// <summary>Letters lose their marks, everything else becomes a gap between words.</summary>
    private static string ToAscii(string text)
    {
        var ascii = new StringBuilder(text.Length);
        foreach (char character in Decompose(text))
        {
            if (character is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9'))
            {
                ascii.Append(character);
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(character) != UnicodeCategory.NonSpacingMark)
            {
                ascii.Append(character switch { 'ß' => "ss", 'æ' => "ae", 'ø' => "o", 'ı' => "i", _ => "_" });
            }
        }

        return ascii.ToString();
    }

    private static string Decompose(string text)
    {
        try
        {
            return text.Normalize(NormalizationForm.FormD);
        }
        catch (ArgumentException)
        {
            // Half a surrogate pair, as someone may write it in an escape.
            return text;
        }
    }
}
