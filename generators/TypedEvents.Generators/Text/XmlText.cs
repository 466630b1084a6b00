using System.Text;

namespace TypedEvents.Generators.Text;

/// <summary>Text within documentation comments.</summary>
internal static class XmlText
{
    /// <summary>One line of documentation: no tag, no newline, nothing that XML doesn't hold.</summary>
    public static string Of(string text)
    {
        var xml = new StringBuilder(text.Length);
        foreach (char character in text)
        {
            switch (character)
            {
                case '<':
                    xml.Append("&lt;");
                    break;
                case '>':
                    xml.Append("&gt;");
                    break;
                case '&':
                    xml.Append("&amp;");
                    break;
                case < ' ' or '\u0085' or '\u2028' or '\u2029' or '\uFFFE' or '\uFFFF':
                    xml.Append(' ');
                    break;
                default:
                    xml.Append(character);
                    break;
            }
        }

        return xml.ToString();
    }
}
