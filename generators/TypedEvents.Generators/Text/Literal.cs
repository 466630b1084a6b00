using System.Globalization;
using System.Text;

namespace TypedEvents.Generators.Text;

/// <summary>Constants as C# literals, in ASCII and whatever the culture.</summary>
internal static class Literal
{
    /// <summary>A string: <c>"sign_up"</c>.</summary>
    public static string Of(string text)
    {
        if (IsPlain(text))
        {
            return "\"" + text + "\"";
        }

        StringBuilder literal = TextBuilder.Take().Append('"');
        foreach (char character in text)
        {
            Append(literal, character, '"');
        }

        return literal.Append('"').Finish();
    }

    /// <summary>A property's name as the writer expects it: <c>",\"plan\":"u8</c>.</summary>
    public static string OfName(string wireName) =>
        IsPlain(wireName) ? "\",\\\"" + wireName + "\\\":\"u8" : OfUtf8("," + Json.Quote(wireName) + ":");

    /// <summary>A JSON string: <c>"\"pro\""u8</c>.</summary>
    public static string OfJson(string text) => IsPlain(text) ? "\"\\\"" + text + "\\\"\"u8" : OfUtf8(Json.Quote(text));

    /// <summary>A constant of a built-in type, not of an enum; <see langword="null"/> too.</summary>
    public static string OfConstant(object? value) => value switch
    {
        null => "null",
        string text => Of(text),
        char character => Of(character),
        true => "true",
        false => "false",
        float number => Of(number),
        double number => Of(number),
        decimal number => number.ToString(CultureInfo.InvariantCulture) + "M",
        uint number => number.ToString(CultureInfo.InvariantCulture) + "U",
        long number => Of(number),
        ulong number => Of(number),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => "default",
    };

    /// <summary>A number: <c>5L</c>.</summary>
    public static string Of(long number) => number.ToString(CultureInfo.InvariantCulture) + "L";

    /// <summary>A number: <c>5UL</c>.</summary>
    public static string Of(ulong number) => number.ToString(CultureInfo.InvariantCulture) + "UL";

    private static string Of(char character)
    {
        StringBuilder literal = new StringBuilder().Append('\'');
        Append(literal, character, '\'');
        return literal.Append('\'').ToString();
    }

    private static string Of(float number) => number switch
    {
        float.NaN => "float.NaN",
        float.PositiveInfinity => "float.PositiveInfinity",
        float.NegativeInfinity => "float.NegativeInfinity",
        _ => Shortest(number, float.Parse(RoundTrip(number), CultureInfo.InvariantCulture).Equals(number), "G9") + "F",
    };

    private static string Of(double number)
    {
        if (double.IsNaN(number) || double.IsInfinity(number))
        {
            return number > 0 ? "double.PositiveInfinity" : number < 0 ? "double.NegativeInfinity" : "double.NaN";
        }

        return Shortest(number, double.Parse(RoundTrip(number), CultureInfo.InvariantCulture).Equals(number), "G17") + "D";
    }

    /// <summary>The shortest form, where it reads back as the same: not always so in a compiler that runs on .NET Framework.</summary>
    private static string Shortest(IFormattable number, bool isExact, string exactFormat) =>
        isExact ? RoundTrip(number) : number.ToString(exactFormat, CultureInfo.InvariantCulture);

    private static string RoundTrip(IFormattable number) => number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Whether a string needs no escape in C# and JSON. Nearly all strings don't.</summary>
    private static bool IsPlain(string text)
    {
        foreach (char character in text)
        {
            if (character is < ' ' or > '~' or '"' or '\\')
            {
                return false;
            }
        }

        return true;
    }

    private static string OfUtf8(string text) => Of(text) + "u8";

    private static void Append(StringBuilder literal, char character, char quote)
    {
        if (character == quote || character == '\\')
        {
            literal.Append('\\').Append(character);
        }
        else if (character is >= ' ' and <= '~')
        {
            literal.Append(character);
        }
        else
        {
            literal.Append("\\u").Append(((int)character).ToString("X4", CultureInfo.InvariantCulture));
        }
    }
}
