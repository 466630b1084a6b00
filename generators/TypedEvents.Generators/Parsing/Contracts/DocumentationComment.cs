using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Parsing;

/// <summary>The summary and the parameters of a documentation comment, as plain text on one line.</summary>
/// <remarks>
/// The comment's text is read here, and not the compiler's syntax: the compiler parses comments only in a project with
/// <c>GenerateDocumentationFile</c>, and a tracking plan must not depend on that. An <c>XmlReader</c> for each property of a thousand events
/// would allocate more than the rest of the generator.
/// </remarks>
internal sealed class DocumentationComment
{
    private readonly List<string> _open = [];
    private readonly List<KeyValuePair<string, string>> _parameters = [];
    private readonly string _xml;
    private int _position;
    private StringBuilder? _text;
    private string? _parameter;

    private DocumentationComment(string xml) => _xml = xml;

    public string? Summary { get; private set; }

    public IReadOnlyList<KeyValuePair<string, string>> Parameters => _parameters;

    /// <summary>Reads the comment before a declaration; <see langword="null"/> where there is none, and where it isn't XML: the compiler reports that.</summary>
    public static DocumentationComment? Read(SyntaxNode declaration)
    {
        if (XmlBefore(declaration) is not { } xml)
        {
            return null;
        }

        var comment = new DocumentationComment(xml);
        return comment.TryRead() ? comment : null;
    }

    private static string? XmlBefore(SyntaxNode declaration)
    {
        StringBuilder? xml = null;
        foreach (SyntaxTrivia trivia in declaration.GetLeadingTrivia())
        {
            if (trivia.Kind() is SyntaxKind.SingleLineDocumentationCommentTrivia or SyntaxKind.MultiLineDocumentationCommentTrivia
                or SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia)
            {
                AppendLines(ref xml, declaration.SyntaxTree.GetText().ToString(trivia.FullSpan));
            }
        }

        return xml?.Finish();
    }

    private static void AppendLines(ref StringBuilder? xml, string comment)
    {
        int at = 0;
        while (at < comment.Length && char.IsWhiteSpace(comment[at]))
        {
            at++;
        }

        bool isBlock = IsAt(comment, at, "/**") && !IsAt(comment, at, "/***") && !IsAt(comment, at, "/**/");
        if (!isBlock && !IsAt(comment, at, "///"))
        {
            return;
        }

        int start = 0;
        while (start < comment.Length)
        {
            int end = comment.IndexOf('\n', start);
            end = end < 0 ? comment.Length : end;
            AppendLine(ref xml, comment, start, end, isBlock);
            start = end + 1;
        }
    }

    private static void AppendLine(ref StringBuilder? xml, string comment, int start, int end, bool isBlock)
    {
        while (start < end && char.IsWhiteSpace(comment[start]))
        {
            start++;
        }

        while (end > start && char.IsWhiteSpace(comment[end - 1]))
        {
            end--;
        }

        if (isBlock)
        {
            start += IsAt(comment, start, "/**") ? 3 : 0;
            end -= end - start >= 2 && IsAt(comment, end - 2, "*/") ? 2 : 0;
            start += start < end && comment[start] == '*' ? 1 : 0;
        }
        else if (IsAt(comment, start, "///") && !IsAt(comment, start, "////"))
        {
            start += 3;
        }
        else
        {
            return;
        }

        (xml ??= TextBuilder.Take()).Append(comment, start, end - start).Append('\n');
    }

    private bool TryRead()
    {
        while (_position < _xml.Length)
        {
            bool isRead = _xml[_position] != '<' ? TryReadText()
                : IsAt("<!--") ? TrySkipTo("-->")
                : IsAt("<![CDATA[") ? TryReadData()
                : IsAt("<?") ? TrySkipTo("?>")
                : IsAt("</") ? TryReadEnd()
                : TryReadStart();
            if (!isRead)
            {
                return false;
            }
        }

        return _open.Count == 0;
    }

    private bool TryReadText()
    {
        while (_position < _xml.Length && _xml[_position] != '<')
        {
            if (_xml[_position] != '&')
            {
                Append(_xml[_position++]);
            }
            else if (!TryReadEntity())
            {
                return false;
            }
        }

        return true;
    }

    private bool TryReadEntity()
    {
        int end = _xml.IndexOf(';', _position);
        string name = end < 0 ? "" : _xml.Substring(_position + 1, end - _position - 1);
        string? text = name switch
        {
            "lt" => "<",
            "gt" => ">",
            "amp" => "&",
            "quot" => "\"",
            "apos" => "'",
            _ => CharacterOf(name),
        };
        foreach (char character in text ?? "")
        {
            Append(character);
        }

        _position = end + 1;
        return text is not null;
    }

    /// <summary><c>#8211</c> or <c>#x2013</c>.</summary>
    private static string? CharacterOf(string name)
    {
        bool isHexadecimal = name.StartsWith("#x", StringComparison.Ordinal);
        bool isNumber = isHexadecimal
            ? int.TryParse(name.Substring(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code)
            : int.TryParse(name.Length > 1 && name[0] == '#' ? name.Substring(1) : "", NumberStyles.None, CultureInfo.InvariantCulture, out code);
        return isNumber && code is > 0 and <= 0x10FFFF and not (>= 0xD800 and <= 0xDFFF) ? char.ConvertFromUtf32(code) : null;
    }

    private bool TryReadData()
    {
        int start = _position + "<![CDATA[".Length;
        if (!TrySkipTo("]]>"))
        {
            return false;
        }

        for (int i = start; i < _position - "]]>".Length; i++)
        {
            Append(_xml[i]);
        }

        return true;
    }

    private bool TryReadEnd()
    {
        _position += 2;
        string name = ReadName();
        SkipWhiteSpace();
        if (!TryTake('>') || _open.Count == 0 || _open[_open.Count - 1] != name)
        {
            return false;
        }

        _open.RemoveAt(_open.Count - 1);
        if (_open.Count == 0)
        {
            Finish();
        }
        else if (IsBlock(name))
        {
            Append(' ');
        }

        return true;
    }

    private bool TryReadStart()
    {
        _position++;
        string element = ReadName();
        string? parameter = null;
        string? reference = null;
        bool isCref = false;
        while (element.Length > 0)
        {
            SkipWhiteSpace();
            if (TryTake('>'))
            {
                Open(element, parameter);
                return true;
            }

            if (TryTake('/'))
            {
                if (!TryTake('>'))
                {
                    return false;
                }

                AppendEmpty(element, reference);
                return true;
            }

            string attribute = ReadName();
            if (TryReadValue() is not { } value || attribute.Length == 0)
            {
                return false;
            }

            parameter = attribute == "name" ? value : parameter;
            if (attribute is "cref" or "langword" or "name" or "href" && !isCref)
            {
                reference = value;
                isCref = attribute == "cref";
            }
        }

        return false;
    }

    private string? TryReadValue()
    {
        SkipWhiteSpace();
        if (!TryTake('='))
        {
            return null;
        }

        SkipWhiteSpace();
        char quote = _position < _xml.Length ? _xml[_position] : ' ';
        int end = quote is '"' or '\'' ? _xml.IndexOf(quote, _position + 1) : -1;
        if (end < 0)
        {
            return null;
        }

        string value = _xml.Substring(_position + 1, end - _position - 1);
        _position = end + 1;
        return value;
    }

    private string ReadName()
    {
        int start = _position;
        while (_position < _xml.Length && (char.IsLetterOrDigit(_xml[_position]) || _xml[_position] is '_' or '-' or '.' or ':'))
        {
            _position++;
        }

        return _xml.Substring(start, _position - start);
    }

    private void Open(string element, string? parameter)
    {
        if (_open.Count == 0 && (element is "summary" ? Summary is null : element is "param" && parameter is not null))
        {
            _text = TextBuilder.Take();
            _parameter = element == "param" ? parameter : null;
        }
        else if (IsBlock(element))
        {
            Append(' ');
        }

        _open.Add(element);
    }

    /// <summary>What <c>&lt;see cref="Plan.Free"/&gt;</c>, <c>&lt;see langword="null"/&gt;</c> or <c>&lt;paramref name="plan"/&gt;</c> refers to; or a new line.</summary>
    private void AppendEmpty(string element, string? reference)
    {
        if (reference is not null)
        {
            _text?.Append(reference.Replace('{', '<').Replace('}', '>'));
        }
        else if (element is "br" || IsBlock(element))
        {
            Append(' ');
        }
    }

    /// <summary>Takes over the text of the outermost element.</summary>
    private void Finish()
    {
        if (_text is null)
        {
            return;
        }

        string text = _text.Finish().TrimEnd();
        _text = null;
        if (text.Length == 0)
        {
            return;
        }

        if (_parameter is null)
        {
            Summary = text;
        }
        else
        {
            _parameters.Add(new KeyValuePair<string, string>(_parameter, text));
        }
    }

    /// <summary>Appends to the current text, with one space where there were several or a line ended.</summary>
    private void Append(char character)
    {
        if (_text is null)
        {
            return;
        }

        if (!char.IsWhiteSpace(character))
        {
            _text.Append(character);
        }
        else if (_text.Length > 0 && _text[_text.Length - 1] != ' ')
        {
            _text.Append(' ');
        }
    }

    private static bool IsBlock(string element) => element is "para" or "item";

    private bool TrySkipTo(string end)
    {
        int found = _xml.IndexOf(end, _position, StringComparison.Ordinal);
        _position = found + end.Length;
        return found >= 0;
    }

    private bool TryTake(char character)
    {
        bool isThere = _position < _xml.Length && _xml[_position] == character;
        _position += isThere ? 1 : 0;
        return isThere;
    }

    private void SkipWhiteSpace()
    {
        while (_position < _xml.Length && char.IsWhiteSpace(_xml[_position]))
        {
            _position++;
        }
    }

    private bool IsAt(string text) => IsAt(_xml, _position, text);

    private static bool IsAt(string whole, int position, string text) => string.CompareOrdinal(whole, position, text, 0, text.Length) == 0;
}
