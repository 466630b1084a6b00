using System.Globalization;
using System.Text;

namespace TypedEvents.Generators.Text;

/// <summary>Names as <c>System.Text.Json.JsonNamingPolicy</c> makes them, whatever the culture.</summary>
internal static class NamingPolicy
{
    private static readonly ResultCache<string, string> SnakeCases = new(MakeSnakeCase);
    private static readonly ResultCache<string, string> CamelCases = new(MakeCamelCase);

    private enum Previous
    {
        Separator,
        UppercaseLetter,
        LowercaseLetterOrDigit,
    }

    /// <summary><c>HTTPStatus</c> becomes <c>http_status</c>: <c>JsonNamingPolicy.SnakeCaseLower</c> for an identifier.</summary>
    public static string SnakeCase(string name) => SnakeCases.Get(name);

    /// <summary><c>HTTPStatus</c> becomes <c>httpStatus</c>: <c>JsonNamingPolicy.CamelCase</c> for an identifier.</summary>
    public static string CamelCase(string name) => CamelCases.Get(name);

    private static string MakeSnakeCase(string name)
    {
        StringBuilder result = TextBuilder.Take();
        Previous previous = Previous.Separator;
        for (int i = 0; i < name.Length; i++)
        {
            char character = name[i];
            switch (CharUnicodeInfo.GetUnicodeCategory(character))
            {
                case UnicodeCategory.UppercaseLetter:
                    // The last of several capitals begins a word where a small letter follows: XMLReader is xml_reader.
                    bool beginsWord = previous == Previous.LowercaseLetterOrDigit
                        || (previous == Previous.UppercaseLetter && i + 1 < name.Length && char.IsLower(name[i + 1]));
                    if (beginsWord)
                    {
                        result.Append('_');
                    }

                    result.Append(char.ToLowerInvariant(character));
                    previous = Previous.UppercaseLetter;
                    break;
                case UnicodeCategory.LowercaseLetter:
                case UnicodeCategory.DecimalDigitNumber:
                    result.Append(character);
                    previous = Previous.LowercaseLetterOrDigit;
                    break;
                default:
                    result.Append(character);
                    previous = Previous.Separator;
                    break;
            }
        }

        return result.Finish();
    }

    private static string MakeCamelCase(string name)
    {
        if (name.Length == 0 || !char.IsUpper(name[0]))
        {
            return name;
        }

        StringBuilder result = TextBuilder.Take().Append(name);
        for (int i = 0; i < name.Length; i++)
        {
            bool isWordsSecond = i == 1 && !char.IsUpper(name[i]);
            bool isNextWordsFirst = i > 0 && i + 1 < name.Length && !char.IsUpper(name[i + 1]);
            if (isWordsSecond || isNextWordsFirst)
            {
                break;
            }

            result[i] = char.ToLowerInvariant(name[i]);
        }

        return result.Finish();
    }
}
