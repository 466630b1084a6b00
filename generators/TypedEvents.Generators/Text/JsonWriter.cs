using System.Globalization;
using System.Text;

namespace TypedEvents.Generators.Text;

/// <summary>Writes JSON on one line. A member without a value is left out.</summary>
internal sealed class JsonWriter
{
    private const int UsualLength = 8 * 1024;

    /// <summary>The generator writes thousands of these: its threads keep one buffer each.</summary>
    [ThreadStatic]
    private static StringBuilder? _cached;

    private readonly StringBuilder _json = (_cached ?? new StringBuilder(UsualLength)).Clear();
    private bool _isFirst = true;

    public JsonWriter() => _cached = null;

    /// <summary>Opens the outermost object.</summary>
    public JsonWriter Open()
    {
        _json.Append('{');
        _isFirst = true;
        return this;
    }

    /// <summary>Opens an object that is a member of the current one.</summary>
    public JsonWriter Open(string name)
    {
        AppendName(name);
        return Open();
    }

    /// <summary>Closes the current object.</summary>
    public JsonWriter Close()
    {
        _json.Append('}');
        _isFirst = false;
        return this;
    }

    public JsonWriter Add(string name, string? text)
    {
        if (text is not null)
        {
            AppendName(name);
            Json.AppendQuoted(_json, text, isOneLine: true);
        }

        return this;
    }

    /// <summary>Adds a Boolean that is true; false is the default of all of them.</summary>
    public JsonWriter Add(string name, bool value) => value ? AddRaw(name, "true") : this;

    public JsonWriter Add(string name, int? value) => value is { } number ? AddRaw(name, number.ToString(CultureInfo.InvariantCulture)) : this;

    /// <summary>Adds a value that is JSON already.</summary>
    public JsonWriter AddRaw(string name, string? json)
    {
        if (json is not null)
        {
            AppendName(name);
            _json.Append(json);
        }

        return this;
    }

    /// <summary>Opens a list that is a member of the current object.</summary>
    public JsonWriter OpenList(string name)
    {
        AppendName(name);
        _json.Append('[');
        _isFirst = true;
        return this;
    }

    /// <summary>Closes the current list.</summary>
    public JsonWriter CloseList()
    {
        _json.Append(']');
        _isFirst = false;
        return this;
    }

    /// <summary>Adds a string to the current list.</summary>
    public void AddItem(string text)
    {
        AppendComma();
        Json.AppendQuoted(_json, text, isOneLine: true);
    }

    /// <summary>Adds a list of strings, each once; an empty one is left out.</summary>
    public JsonWriter AddList(string name, IReadOnlyList<string> texts)
    {
        if (texts.Count > 0)
        {
            OpenList(name);
            foreach (string text in texts.Distinct())
            {
                AddItem(text);
            }

            CloseList();
        }

        return this;
    }

    /// <summary>Adds a list of values that are JSON already, each once; an empty one is left out.</summary>
    public JsonWriter AddRawList(string name, IEnumerable<string> values)
    {
        string all = string.Join(",", values.Distinct());
        return all.Length > 0 ? AddRaw(name, $"[{all}]") : this;
    }

    /// <summary>Returns the JSON. The writer can't be used afterwards.</summary>
    public string Finish()
    {
        _cached = _json.Capacity > UsualLength ? null : _json;
        return _json.ToString();
    }

    private void AppendName(string name)
    {
        AppendComma();
        Json.AppendQuoted(_json, name, isOneLine: true);
        _json.Append(':');
    }

    private void AppendComma()
    {
        if (!_isFirst)
        {
            _json.Append(',');
        }

        _isFirst = false;
    }
}
