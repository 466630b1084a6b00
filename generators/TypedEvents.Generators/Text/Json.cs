using System.Globalization;
using System.Text;

namespace TypedEvents.Generators.Text;

/// <summary>JSON strings, escaped as the library does it: what JSON demands and no further.</summary>
internal static class Json
{
    /// <summary>A string in quotes. A lone surrogate, which UTF-8 can't encode, becomes U+FFFD.</summary>
    public static string Quote(string text)
    {
        var json = new StringBuilder(text.Length + 2);
        AppendQuoted(json, text);
        return json.ToString();
    }

    /// <summary>The same, without a character that ends a line in C#.</summary>
    public static string QuoteOnOneLine(string text)
    {
        var json = new StringBuilder(text.Length + 2);
        AppendQuoted(json, text, isOneLine: true);
        return json.ToString();
    }

    /// <summary>Appends a string in quotes.</summary>
    /// <param name="json">What it is appended to.</param>
    /// <param name="text">The string.</param>
    /// <param name="isOneLine">Whether characters that end a line in C# are escaped as well.</param>
    public static void AppendQuoted(StringBuilder json, string text, bool isOneLine = false)
    {
        json.Append('"');
        int plain = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char character = text[i];
            if (character is >= ' ' and <= '~' and not '"' and not '\\')
            {
                continue;
            }

            json.Append(text, plain, i - plain);
            if (character is '"' or '\\')
            {
                json.Append('\\').Append(character);
            }
            else if (character < ' ' || (isOneLine && character is '\u0085' or '\u2028' or '\u2029'))
            {
                json.Append("\\u").Append(((int)character).ToString("x4", CultureInfo.InvariantCulture));
            }
            else if (char.IsSurrogatePair(text, i))
            {
                json.Append(character).Append(text[++i]);
            }
            else
            {
                json.Append(char.IsSurrogate(character) ? '\uFFFD' : character);
            }

            plain = i + 1;
        }

        json.Append(text, plain, text.Length - plain).Append('"');
    }
}
