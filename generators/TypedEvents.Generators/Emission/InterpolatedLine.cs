using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace TypedEvents.Generators.Emission;

/// <summary>
/// The handler for interpolated strings that are passed to a <see cref="SourceWriter"/>. It appends the parts to the buffer one by one and
/// allocates no string. A part must not write lines itself.
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
