using System.Text;
using System.Text.Json;

namespace TypedEvents.Cli;

/// <summary>Reads JSON token by token, and says in which file and line what it met is wrong.</summary>
internal ref struct JsonCursor
{
    private readonly ReadOnlySpan<byte> _json;
    private readonly string _name;
    private Utf8JsonReader _reader;
    private int _lineBegin;
    private int _line;

    /// <param name="json">The document in UTF-8.</param>
    /// <param name="name">The document's name, for messages.</param>
    public JsonCursor(ReadOnlySpan<byte> json, string name)
    {
        _json = json;
        _name = name;
        _reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 32 });
        _line = 1;
        Next();
    }

    /// <summary>Where the current token stands.</summary>
    public SourceLocation Location
    {
        get
        {
            int token = (int)_reader.TokenStartIndex;
            while (_json[_lineBegin..token].IndexOf((byte)'\n') is >= 0 and int newLine)
            {
                _lineBegin += newLine + 1;
                _line++;
            }

            return new SourceLocation(_name, _line, Encoding.UTF8.GetCharCount(_json[_lineBegin..token]) + 1);
        }
    }

    /// <summary>Moves into an object, whose properties <see cref="TryReadName"/> then reads.</summary>
    public void BeginObject()
    {
        Expect(JsonTokenType.StartObject, "an object");
        Next();
    }

    /// <summary>Reads the name of the object's next property; <see langword="false"/> at its end, which is left behind.</summary>
    public bool TryReadName(HashSet<string> seen, out string name)
    {
        if (_reader.TokenType == JsonTokenType.EndObject)
        {
            name = "";
            End();
            return false;
        }

        name = Text();
        if (!seen.Add(name))
        {
            throw Error($"'{name}' is there twice");
        }

        Next();
        return true;
    }

    public string ReadString()
    {
        Expect(JsonTokenType.String, "a string");
        string value = Text();
        End();
        return value;
    }

    public bool ReadBoolean()
    {
        if (_reader.TokenType is not (JsonTokenType.True or JsonTokenType.False))
        {
            throw Error("true or false is expected");
        }

        bool value = _reader.GetBoolean();
        End();
        return value;
    }

    public int ReadCount()
    {
        if (_reader.TokenType != JsonTokenType.Number || !_reader.TryGetInt32(out int value) || value < 0)
        {
            throw Error("a whole number of 0 or more is expected");
        }

        End();
        return value;
    }

    public PlanNumber ReadNumber()
    {
        Expect(JsonTokenType.Number, "a number");
        var value = new PlanNumber(Encoding.UTF8.GetString(_reader.ValueSpan));
        if (!double.IsFinite(double.Parse(value.Text, System.Globalization.CultureInfo.InvariantCulture)))
        {
            throw Error($"{value} is out of range");
        }

        End();
        return value;
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
            if (_reader.TokenType == JsonTokenType.String)
            {
                values.Add(PlanValue.Of(ReadString()));
            }
            else if (_reader.TokenType is JsonTokenType.True or JsonTokenType.False)
            {
                values.Add(new PlanValue(ReadBoolean() ? "true" : "false"));
            }
            else
            {
                values.Add(new PlanValue(ReadNumber().Text));
            }
        }

        return values;
    }

    /// <summary>Leaves out the current value, whatever it is.</summary>
    public void Skip()
    {
        try
        {
            _reader.Skip();
        }
        catch (JsonException exception)
        {
            throw Broken(exception);
        }

        End();
    }

    /// <summary>An error at the current token.</summary>
    public ToolException Error(string message) => new($"{Location}: {message}.");

    private void BeginArray()
    {
        Expect(JsonTokenType.StartArray, "a list");
        Next();
    }

    private bool TryEndArray()
    {
        if (_reader.TokenType != JsonTokenType.EndArray)
        {
            return false;
        }

        End();
        return true;
    }

    private readonly string Text()
    {
        try
        {
            return _reader.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw new ToolException($"{_name}: a string isn't valid UTF-8 or has half of a surrogate pair.", exception);
        }
    }

    private void Expect(JsonTokenType type, string what)
    {
        if (_reader.TokenType != type)
        {
            throw Error($"{what} is expected");
        }
    }

    /// <summary>Moves behind the current value; behind the last one there must be nothing.</summary>
    private void End()
    {
        if (_reader.CurrentDepth > 0 || _reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
        {
            Next();
            return;
        }

        try
        {
            _reader.Read();
        }
        catch (JsonException exception)
        {
            throw Broken(exception);
        }
    }

    private void Next()
    {
        try
        {
            _reader.Read();
        }
        catch (JsonException exception)
        {
            throw Broken(exception);
        }
    }

    private readonly ToolException Broken(JsonException exception) => _reader.BytesConsumed >= _json.TrimEnd(" \t\r\n"u8).Length
        ? new ToolException($"{_name}: the file ends too early.", exception)
        : new ToolException($"{new SourceLocation(_name, (int)(exception.LineNumber ?? 0) + 1, (int)(exception.BytePositionInLine ?? 0) + 1)}: this isn't valid JSON.", exception);
}
