using System.Text;
using System.Text.Unicode;

namespace TypedEvents;

/// <summary>
/// Reads a complete JSON text (RFC 8259) from its beginning to its end, as System.Text.Json's <c>Utf8JsonReader</c> does, of which the
/// responses need little: that reader would be a twelfth of what the library adds to a Native AOT executable.
/// </summary>
/// <remarks>
/// Every member throws a <see cref="FormatException"/> where the text isn't JSON. After <see cref="NextProperty"/> and
/// <see cref="NextElement"/> have returned <see langword="true"/>, the value must be read or skipped.
/// </remarks>
internal ref struct JsonCursor(ReadOnlySpan<byte> json)
{
    /// <summary>How deep objects and arrays may be nested, so that a hostile text doesn't exhaust the stack.</summary>
    private const int MaxDepth = 64;

    private readonly ReadOnlySpan<byte> _json = json;
    private int _position;
    private int _depth;

    /// <summary>Whether nothing of the innermost object or array has been read.</summary>
    private bool _isFirst;

    /// <summary>The first byte of what follows, white space aside. It says what kind of value it is.</summary>
    public byte Peek()
    {
        while (_position < _json.Length && _json[_position] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            _position++;
        }

        return _position < _json.Length ? _json[_position] : throw Invalid();
    }

    /// <summary>Begins to read an object or an array.</summary>
    /// <param name="bracket">The opening bracket.</param>
    public void Begin(char bracket)
    {
        Expect(bracket);
        _isFirst = true;
        if (++_depth > MaxDepth)
        {
            throw Invalid();
        }
    }

    /// <summary>Reads the name of the next property, or the end of the object.</summary>
    /// <param name="name">The name in UTF-8; empty if it isn't well-formed.</param>
    public bool NextProperty(out ReadOnlySpan<byte> name)
    {
        name = default;
        if (!Next('}'))
        {
            return false;
        }

        ReadOnlySpan<byte> escaped = ReadEscaped();
        name = escaped.Contains((byte)'\\') ? Encoding.UTF8.GetBytes(Unescape(escaped) ?? "") : escaped;
        Expect(':');
        return true;
    }

    /// <summary>Moves to the next element, or reads the end of the array.</summary>
    public bool NextElement() => Next(']');

    /// <summary>Reads a string. One that isn't well-formed is <see langword="null"/>, and so is any other value, which is skipped.</summary>
    public string? ReadString()
    {
        if (Peek() == '"')
        {
            return Unescape(ReadEscaped());
        }

        Skip();
        return null;
    }

    /// <summary>Reads an integer. Another number is <see langword="null"/>, and so is any other value, which is skipped.</summary>
    public long? ReadInteger()
    {
        bool isNumber = Peek() == '-' || char.IsAsciiDigit((char)Peek());
        int start = _position;
        Skip();
        if (!isNumber)
        {
            return null;
        }

        bool isNegative = _json[start] == '-';
        ulong value = 0;
        foreach (byte digit in _json[(isNegative ? start + 1 : start).._position])
        {
            if (!char.IsAsciiDigit((char)digit) || value > long.MaxValue / 10)
            {
                return null;
            }

            value = (value * 10) + (digit - (uint)'0');
        }

        return value > long.MaxValue ? null : isNegative ? -(long)value : (long)value;
    }

    /// <summary>Skips a value with all that is in it.</summary>
    public void Skip()
    {
        switch ((char)Peek())
        {
            case '{':
                Begin('{');
                while (NextProperty(out _))
                {
                    Skip();
                }

                break;
            case '[':
                Begin('[');
                while (NextElement())
                {
                    Skip();
                }

                break;
            case '"':
                ReadEscaped();
                break;
            case 't':
                SkipLiteral("true"u8);
                break;
            case 'f':
                SkipLiteral("false"u8);
                break;
            case 'n':
                SkipLiteral("null"u8);
                break;
            default:
                SkipNumber();
                break;
        }
    }

    /// <summary>Nothing but white space follows.</summary>
    public readonly void End()
    {
        if (_json[_position..].IndexOfAnyExcept(" \t\r\n"u8) >= 0)
        {
            throw Invalid();
        }
    }

    private static FormatException Invalid() => new();

    /// <summary>Unescapes a string, or returns <see langword="null"/> if it isn't well-formed UTF-8 or has half of a surrogate pair.</summary>
    private static string? Unescape(ReadOnlySpan<byte> escaped)
    {
        if (!Utf8.IsValid(escaped))
        {
            return null;
        }

        string text = Encoding.UTF8.GetString(escaped);
        if (!text.Contains('\\'))
        {
            return text;
        }

        var unescaped = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                unescaped.Append(text[i]);
                continue;
            }

            i++;
            unescaped.Append(text[i] switch
            {
                'b' => '\b',
                'f' => '\f',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => FromHex(text.AsSpan(i + 1, 4)),
                char literal => literal,
            });
            i += text[i] == 'u' ? 4 : 0;
        }

        text = unescaped.ToString();
        return WellFormedText.IsWellFormed(text) ? text : null;
    }

    private static char FromHex(ReadOnlySpan<char> digits)
    {
        int value = 0;
        foreach (char digit in digits)
        {
            value = (value << 4) | (char.IsAsciiDigit(digit) ? digit - '0' : (digit | ' ') - 'a' + 10);
        }

        return (char)value;
    }

    private bool Next(char bracket)
    {
        if (Peek() == bracket)
        {
            _position++;
            _depth--;
            _isFirst = false;
            return false;
        }

        if (!_isFirst)
        {
            Expect(',');
        }

        _isFirst = false;
        return true;
    }

    private void Expect(char expected)
    {
        if (Peek() != expected)
        {
            throw Invalid();
        }

        _position++;
    }

    /// <summary>Reads a string as it is written, without its quotes; its escape sequences are valid.</summary>
    private ReadOnlySpan<byte> ReadEscaped()
    {
        Expect('"');
        int start = _position;
        while (true)
        {
            switch (NextByte())
            {
                case (byte)'"':
                    return _json[start..(_position - 1)];
                case (byte)'\\':
                    SkipEscape();
                    break;
                case < (byte)' ':
                    throw Invalid();
            }
        }
    }

    private void SkipEscape()
    {
        switch (NextByte())
        {
            case (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t':
                break;
            case (byte)'u':
                for (int i = 0; i < 4; i++)
                {
                    if (!char.IsAsciiHexDigit((char)NextByte()))
                    {
                        throw Invalid();
                    }
                }

                break;
            default:
                throw Invalid();
        }
    }

    private void SkipLiteral(ReadOnlySpan<byte> literal)
    {
        if (!_json[_position..].StartsWith(literal))
        {
            throw Invalid();
        }

        _position += literal.Length;
    }

    private void SkipNumber()
    {
        _position += IsAt('-') ? 1 : 0;
        if (IsAt('0'))
        {
            _position++;
        }
        else
        {
            SkipDigits();
        }

        if (IsAt('.'))
        {
            _position++;
            SkipDigits();
        }

        if (IsAt('e') || IsAt('E'))
        {
            _position++;
            _position += IsAt('+') || IsAt('-') ? 1 : 0;
            SkipDigits();
        }
    }

    private void SkipDigits()
    {
        if (!char.IsAsciiDigit((char)NextByte()))
        {
            throw Invalid();
        }

        while (_position < _json.Length && char.IsAsciiDigit((char)_json[_position]))
        {
            _position++;
        }
    }

    private readonly bool IsAt(char expected) => _position < _json.Length && _json[_position] == expected;

    private byte NextByte() => _position < _json.Length ? _json[_position++] : throw Invalid();
}
