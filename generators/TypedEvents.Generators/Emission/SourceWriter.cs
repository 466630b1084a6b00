using System.Runtime.CompilerServices;
using System.Text;

namespace TypedEvents.Generators.Emission;

/// <summary>Writes indented lines. Newlines are <c>\n</c> on every platform.</summary>
internal sealed class SourceWriter
{
    private const int UsualLength = 32 * 1024;

    /// <summary>A compiler prints thousands of these: its threads keep one buffer each.</summary>
    [ThreadStatic]
    private static StringBuilder? _cached;

    private readonly StringBuilder _text = (_cached ?? new StringBuilder(UsualLength)).Clear();
    private int _depth;

    public SourceWriter() => _cached = null;

    /// <summary>Writes a line; an empty one has no indentation.</summary>
    public void Line(string line = "")
    {
        if (line.Length > 0)
        {
            BeginLine().Append(line);
        }

        _text.Append('\n');
    }

    /// <summary>Writes a line of several parts.</summary>
    public void Line([InterpolatedStringHandlerArgument("")] InterpolatedLine line)
    {
        _ = line;
        _text.Append('\n');
    }

    /// <summary>Opens a block.</summary>
    public void Open(string line)
    {
        Line(line);
        Open();
    }

    /// <summary>Opens a block whose head has several parts.</summary>
    public void Open([InterpolatedStringHandlerArgument("")] InterpolatedLine line)
    {
        Line(line);
        Open();
    }

    /// <summary>Opens a block whose head stands already.</summary>
    public void Open()
    {
        Line("{");
        _depth++;
    }

    /// <summary>Closes the innermost block.</summary>
    public void Close(string after = "")
    {
        _depth--;
        BeginLine().Append('}').Append(after).Append('\n');
    }

    public void Indent() => _depth++;

    public void Unindent() => _depth--;

    /// <summary>Writes the indentation, and gives what the line itself is appended to.</summary>
    internal StringBuilder BeginLine() => _text.Append(' ', 4 * _depth);

    /// <summary>Returns the source. The writer can't be used afterwards.</summary>
    public string Finish()
    {
        _cached = _text.Capacity > UsualLength ? null : _text;
        return _text.ToString();
    }
}
