using System.Globalization;
using System.Text;

namespace TypedEvents.Generators.Text;

/// <summary>JSON strings, escaped as the library does it: what JSON demands and no further.</summary>
internal static class Json
{
    /// <summary>A string in quotes. A lone surrogate, which UTF-8 can't encode, becomes U+FFFD.</summary>
    public static string Quote(string text)
    {
        StringBuilder json = new StringBuilder(text.Length + 2).Append('"');
        for (int i = 0; i < text.Length; i++)
        {
            char character = text[i];
            if (character is '"' or '\\')
            {
                json.Append('\\').Append(character);
            }
            else if (character < ' ')
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
        }

        return json.Append('"').ToString();
    }
}
