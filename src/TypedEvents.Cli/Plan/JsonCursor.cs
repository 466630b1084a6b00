using System.Globalization;
using System.Text;

namespace TypedEvents.Cli;

/// <summary>
/// Reads JSON value by value, and says in which file and line what it met is wrong. It is compiled into the analyzers as well, which must not need
/// System.Text.Json: each compiler has another version of it, or none.
/// </summary>
internal sealed class JsonCursor
{
    private const int MaxDepth = 32;

    private readonly string _json;
    private readonly string _name;
    private readonly Stack<char> _open = new();
    private int _position;
    private int _line;
    private int _lineBegin;
    private int _lineEnd;

    /// <param name="json">The document.</param>
    /// <param name="name">The document's name, for messages.</param>
    public JsonCursor(string json, string name)
    {
        _json = json;
        _name = name;
        MoveToLine(1, 0);
        SkipWhiteSpace();
    }

    /// <summary>Where the current value, or the name of the current member, stands.</summary>
    public SourceLocation Location
    {
        get
        {
            if (_position < _lineBegin)
            {
                MoveToLine(1, 0);
            }

            while (_position > _lineEnd)
            {
                MoveToLine(_line + 1, _lineEnd + 1);
            }

            return new SourceLocation(_name, _line, _position - _lineBegin + 1);
        }
    }

    /// <summary>Moves into an object, whose members <see cref="TryReadName"/> then reads.</summary>
    public void BeginObject()
    {
        Expect('{', "an object");
        Open();
    }

    /// <summary>Reads the name of the object's next member; <see langword="false"/> at its end, which is left behind.</summary>
    public bool TryReadName(HashSet<string> seen, out string name)
    {
        if (Current == '}')
        {
            name = "";
            Close();
            return false;
        }

        name = ReadMemberName(seen);
        return true;
    }

    public string ReadString()
    {
        Expect('"', "a string");
        string value = ReadText();
        End();
        return value;
    }

    /// <summary>Reads a string that must be one of those that are known.</summary>
    public string ReadOneOf(IReadOnlyList<string> known)
    {
        int begin = _position;
        string value = ReadString();
        if (!known.Contains(value))
        {
            _position = begin;
            throw Error($"one of {string.Join(", ", known)} is expected");
        }

        return value;
    }

    public bool ReadBoolean()
    {
        bool isTrue = TryTake("true");
        if (!isTrue && !TryTake("false"))
        {
            throw Error("true or false is expected");
        }

        End();
        return isTrue;
    }

    public int ReadCount()
    {
        int begin = _position;
        string text = TryTakeNumber() ? _json.Substring(begin, _position - begin) : "";
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value))
        {
            _position = begin;
            throw Error("a whole number of 0 or more is expected");
        }

        End();
        return value;
    }

    public PlanNumber ReadNumber()
    {
        int begin = _position;
        if (!TryTakeNumber())
        {
            throw Error("a number is expected");
        }

        string text = _json.Substring(begin, _position - begin);
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || double.IsInfinity(number))
        {
            _position = begin;
            throw Error($"{text} is out of range");
        }

        End();
        return new PlanNumber(text);
    }

    public IReadOnlyList<string> ReadStrings()
    {
        BeginArray();
        List<string> values = [];
        while (!TryEndArray())
        {
            values.Add(ReadString());
        }

        return values;
    }

    public IReadOnlyList<PlanValue> ReadValues()
    {
        BeginArray();
        List<PlanValue> values = [];
        while (!TryEndArray())
        {
            values.Add(Current switch
            {
                '"' => PlanValue.Of(ReadString()),
                't' or 'f' => new PlanValue(ReadBoolean() ? "true" : "false"),
                _ => new PlanValue(ReadNumber().Text),
            });
        }

        return values;
    }

    /// <summary>Leaves out the current value, whatever it is.</summary>
    public void Skip()
    {
        int depth = _open.Count;
        do
        {
            SkipOne(depth);
        }
        while (_open.Count > depth);
    }

    /// <summary>An error at the current value.</summary>
    public ToolException Error(string message) => new(Location, $"{message}.");

    /// <summary>The string that a JSON string stands for.</summary>
    public static string Unquote(string json) => new JsonCursor(json, "a value").ReadString();

    private char Current => _position < _json.Length ? _json[_position] : throw TooShort();

    /// <summary>Reads a scalar, or what opens or closes an object or a list.</summary>
    private void SkipOne(int depth)
    {
        switch (Current)
        {
            case '{' or '[':
                Open();
                break;
            case '}' or ']':
                Close();
                break;
            case '"':
                ReadText();
                End();
                break;
            default:
                if (!TryTake("true") && !TryTake("false") && !TryTake("null") && !TryTakeNumber())
                {
                    throw Broken();
                }

                End();
                break;
        }

        if (_open.Count > depth && _open.Peek() == '{' && Current != '}')
        {
            ReadMemberName(null);
        }
    }

    private string ReadMemberName(HashSet<string>? seen)
    {
        if (Current != '"')
        {
            throw Broken();
        }

        int begin = _position;
        string name = ReadText();
        if (seen?.Add(name) == false)
        {
            _position = begin;
            throw Error($"'{name}' is there twice");
        }

        SkipWhiteSpace();
        if (Current != ':')
        {
            throw Broken();
        }

        _position++;
        SkipWhiteSpace();
        return name;
    }

    private void BeginArray()
    {
        Expect('[', "a list");
        Open();
    }

    private bool TryEndArray()
    {
        if (Current != ']')
        {
            return false;
        }

        Close();
        return true;
    }

    private void Open()
    {
        if (_open.Count == MaxDepth)
        {
            throw Broken();
        }

        _open.Push(_json[_position++]);
        SkipWhiteSpace();
        _ = Current;
    }

    private void Close()
    {
        char opening = Current == '}' ? '{' : '[';
        if (_open.Count == 0 || _open.Peek() != opening)
        {
            throw Broken();
        }

        _open.Pop();
        _position++;
        End();
    }

    /// <summary>Moves behind the current value; behind the last one there must be nothing.</summary>
    private void End()
    {
        SkipWhiteSpace();
        if (_open.Count == 0)
        {
            if (_position < _json.Length)
            {
                throw Broken();
            }

            return;
        }

        bool isEnd = Current == (_open.Peek() == '{' ? '}' : ']');
        if (isEnd)
        {
            return;
        }

        if (Current != ',')
        {
            throw Broken();
        }

        _position++;
        SkipWhiteSpace();
        if (Current is '}' or ']')
        {
            throw Broken();
        }
    }

    private string ReadText()
    {
        int begin = _position++;
        int plain = _position;
        StringBuilder? text = null;
        while (Current != '"')
        {
            if (Current < ' ')
            {
                throw Broken();
            }

            if (Current != '\\')
            {
                _position++;
                continue;
            }

            text = (text ?? new StringBuilder()).Append(_json, plain, _position - plain).Append(ReadEscape());
            plain = _position;
        }

        string last = _json.Substring(plain, _position++ - plain);
        string all = text is null ? last : text.Append(last).ToString();
        if (!IsWellFormed(all))
        {
            _position = begin;
            throw Error("this string isn't valid UTF-8 or has half of a surrogate pair");
        }

        return all;
    }

    private char ReadEscape()
    {
        _position++;
        char escape = Current;
        if (escape == 'u')
        {
            int code = 0;
            for (int i = 0; i < 4; i++)
            {
                _position++;
                int digit = Uri.IsHexDigit(Current) ? Uri.FromHex(Current) : throw Broken();
                code = (code * 16) + digit;
            }

            _position++;
            return (char)code;
        }

        char character = escape switch
        {
            '"' or '\\' or '/' => escape,
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            _ => throw Broken(),
        };
        _position++;
        return character;
    }

    private static bool IsWellFormed(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryTakeNumber()
    {
        int begin = _position;
        int position = begin;
        Take('-');
        int whole = position;
        int digits = Digits();
        bool isNumber = digits > 0 && (digits == 1 || _json[whole] != '0');
        if (isNumber && Take('.'))
        {
            isNumber = Digits() > 0;
        }

        if (isNumber && (Take('e') || Take('E')))
        {
            _ = Take('+') || Take('-');
            isNumber = Digits() > 0;
        }

        _position = isNumber ? position : begin;
        return isNumber;

        bool Take(char character)
        {
            bool isThere = position < _json.Length && _json[position] == character;
            position += isThere ? 1 : 0;
            return isThere;
        }

        int Digits()
        {
            int first = position;
            while (position < _json.Length && _json[position] is >= '0' and <= '9')
            {
                position++;
            }

            return position - first;
        }
    }

    private bool TryTake(string literal)
    {
        bool isThere = string.CompareOrdinal(_json, _position, literal, 0, literal.Length) == 0;
        _position += isThere ? literal.Length : 0;
        return isThere;
    }

    private void SkipWhiteSpace()
    {
        while (_position < _json.Length && _json[_position] is ' ' or '\t' or '\r' or '\n')
        {
            _position++;
        }
    }

    private void Expect(char first, string what)
    {
        if (Current != first)
        {
            throw Error($"{what} is expected");
        }
    }

    private void MoveToLine(int line, int begin)
    {
        _line = line;
        _lineBegin = begin;
        _lineEnd = _json.IndexOf('\n', begin) is >= 0 and int end ? end : _json.Length;
    }

    private ToolException Broken() => _position >= _json.Length ? TooShort() : Error("this isn't valid JSON");

    private ToolException TooShort() => new($"{_name}: the file ends too early.") { Location = Location, Problem = "the file ends too early." };
}
