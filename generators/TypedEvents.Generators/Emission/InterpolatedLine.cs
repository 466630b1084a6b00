using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace TypedEvents.Generators.Emission;

/// <summary>
/// What an interpolated string becomes where a <see cref="SourceWriter"/> takes a line: its parts go into the text one by one, and no
/// string is made of them. A part mustn't write lines itself.
/// </summary>
[InterpolatedStringHandler]
internal readonly ref struct InterpolatedLine
{
    private readonly StringBuilder _text;

    /// <summary>The compiler calls this, then appends the parts.</summary>
    public InterpolatedLine(int literalLength, int formattedCount, SourceWriter writer)
    {
        _ = literalLength;
        _ = formattedCount;
        _text = writer.BeginLine();
    }

    public void AppendLiteral(string text) => _text.Append(text);

    public void AppendFormatted(string? text) => _text.Append(text);

    public void AppendFormatted(int number) => _text.Append(number.ToString(CultureInfo.InvariantCulture));
}
