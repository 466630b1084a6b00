using System.Buffers.Text;
using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace TypedEvents;

/// <summary>
/// Writes the properties of one event as UTF-8 JSON. Generated code calls it; a hand-written
/// <see cref="IEngageEvent{TSelf}.WriteProperties"/> may.
/// </summary>
/// <remarks>
/// <para>
/// Each member writes one property whole. Its <c>name</c> is a comma, the property's name as a JSON string, and a colon, in
/// UTF-8: <c>,"plan":</c>. The comma of the first property becomes the object's opening brace.
/// </para>
/// <para>
/// Each member is safe by itself, whoever calls it, in whatever order and with whatever bytes: it checks the room that it
/// needs and trusts no earlier call. Wrong calls spoil the event that they write, and nothing else.
/// </para>
/// <para>Event libraries are compiled against these members: they never change; additions are new overloads.</para>
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public ref partial struct EventWriter
{
    /// <summary>No value but a text is longer: a <see cref="decimal"/> has 31 bytes, an <see cref="Int128"/> 40.</summary>
    private const int MaxFixedValueBytes = 64;

    private readonly ScratchBuffer? _scratch;
    private Span<byte> _buffer;
    private int _written;

    internal EventWriter(ScratchBuffer scratch)
    {
        _scratch = scratch;
        _buffer = scratch.Bytes;
        _written = 0;
    }

    /// <summary>Writes a <see cref="bool"/> as the string <c>"true"</c> or <c>"false"</c>.</summary>
    public void Write(scoped ReadOnlySpan<byte> name, bool value) => WriteRaw(name, value ? "\"true\""u8 : "\"false\""u8);

    /// <summary>Writes a <see cref="bool"/>.</summary>
    public void Write(scoped ReadOnlySpan<byte> name, bool value, BooleanFormat format)
    {
        if (format == BooleanFormat.Literal)
        {
            WriteRaw(name, value ? "true"u8 : "false"u8);
        }
        else
        {
            Write(name, value);
        }
    }

    /// <summary>Writes a number.</summary>
    public void Write(scoped ReadOnlySpan<byte> name, int value) => Write(name, (long)value);

    /// <summary>Writes a number.</summary>
    public void Write(scoped ReadOnlySpan<byte> name, uint value) => Write(name, (ulong)value);

    /// <summary>Writes a number.</summary>
    public void Write(scoped ReadOnlySpan<byte> name, long value)
    {
        if (TryBegin(name, out Span<byte> destination))
        {
            Utf8Formatter.TryFormat(value, destination, out int length);
            _written += length;
        }
    }

    /// <summary>Writes a number.</summary>
    public void Write(scoped ReadOnlySpan<byte> name, ulong value)
    {
        if (TryBegin(name, out Span<byte> destination))
        {
            Utf8Formatter.TryFormat(value, destination, out int length);
            _written += length;
        }
    }

    /// <summary>Writes a number.</summary>
    public void Write(scoped ReadOnlySpan<byte> name, Int128 value)
    {
        if (TryBegin(name, out Span<byte> destination))
        {
            value.TryFormat(destination, out int length, default, CultureInfo.InvariantCulture);
            _written += length;
        }
    }

    /// <summary>Writes a number.</summary>
    public void Write(scoped ReadOnlySpan<byte> name, UInt128 value)
    {
        if (TryBegin(name, out Span<byte> destination))
        {
            value.TryFormat(destination, out int length, default, CultureInfo.InvariantCulture);
            _written += length;
        }
    }

    /// <summary>Writes a number; NaN and the infinities are left out and counted.</summary>
    public void Write(scoped ReadOnlySpan<byte> name, Half value)
    {
        if (!Half.IsFinite(value))
        {
            NoteNonFiniteNumber(name);
        }
        else if (TryBegin(name, out Span<byte> destination))
        {
            value.TryFormat(destination, out int length, default, CultureInfo.InvariantCulture);
            _written += length;
        }
    }

    /// <summary>Writes a number; NaN and the infinities are left out and counted.</summary>
    public void Write(scoped ReadOnlySpan<byte> name, float value)
    {
        if (!float.IsFinite(value))
        {
            NoteNonFiniteNumber(name);
        }
        else if (TryBegin(name, out Span<byte> destination))
        {
            Utf8Formatter.TryFormat(value, destination, out int length);
            _written += length;
        }
    }

    /// <summary>Writes a number; NaN and the infinities are left out and counted.</summary>
    public void Write(scoped ReadOnlySpan<byte> name, double value)
    {
        if (!double.IsFinite(value))
        {
            NoteNonFiniteNumber(name);
        }
        else if (TryBegin(name, out Span<byte> destination))
        {
            Utf8Formatter.TryFormat(value, destination, out int length);
            _written += length;
        }
    }

    /// <summary>Writes a number.</summary>
    public void Write(scoped ReadOnlySpan<byte> name, decimal value)
    {
        if (TryBegin(name, out Span<byte> destination))
        {
            Utf8Formatter.TryFormat(value, destination, out int length);
            _written += length;
        }
    }

    /// <summary>Writes a string of 36 characters.</summary>
    public void Write(scoped ReadOnlySpan<byte> name, Guid value)
    {
        if (TryBegin(name, out Span<byte> destination))
        {
            _written += FormatGuid(value, destination);
        }
    }

    /// <summary>Writes ISO 8601 in UTC with milliseconds.</summary>
    public void Write(scoped ReadOnlySpan<byte> name, DateTime value) => Write(name, value, DateFormat.Iso8601);

    /// <summary>Writes a date in UTC; a kind of <see cref="DateTimeKind.Unspecified"/> counts as UTC.</summary>
    public void Write(scoped ReadOnlySpan<byte> name, DateTime value, DateFormat format)
    {
        if (TryBegin(name, out Span<byte> destination))
        {
            DateTime utc = value.Kind == DateTimeKind.Local ? value.ToUniversalTime() : value;
            _written += DateFormatter.Format(utc, format, destination);
        }
    }

    /// <summary>Writes ISO 8601 in UTC with milliseconds.</summary>
    public void Write(scoped ReadOnlySpan<byte> name, DateTimeOffset value) => Write(name, value, DateFormat.Iso8601);

    /// <summary>Writes a date in UTC.</summary>
    public void Write(scoped ReadOnlySpan<byte> name, DateTimeOffset value, DateFormat format) => Write(name, value.UtcDateTime, format);

    /// <summary>Writes a string, <c>yyyy-MM-dd</c>.</summary>
    public void Write(scoped ReadOnlySpan<byte> name, DateOnly value)
    {
        if (TryBegin(name, out Span<byte> destination))
        {
            _written += DateFormatter.Format(value, destination);
        }
    }

    /// <summary>Writes a string, <c>HH:mm:ss.fff</c>.</summary>
    public void Write(scoped ReadOnlySpan<byte> name, TimeOnly value)
    {
        if (TryBegin(name, out Span<byte> destination))
        {
            _written += DateFormatter.Format(value, destination);
        }
    }

    /// <summary>Writes the number of milliseconds, with its fraction: one tick is <c>0.0001</c>.</summary>
    public void Write(scoped ReadOnlySpan<byte> name, TimeSpan value)
    {
        if (TryBegin(name, out Span<byte> destination))
        {
            _written += DateFormatter.Format(value, destination);
        }
    }

    /// <summary>Writes a string of one character; a lone surrogate becomes U+FFFD.</summary>
    public void Write(scoped ReadOnlySpan<byte> name, char value) => WriteText(name, new ReadOnlySpan<char>(in value));

    /// <summary>Writes a string; <see langword="null"/> is left out.</summary>
    public void Write(scoped ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            WriteText(name, value);
        }
    }

    /// <summary>Writes the original string of a <see cref="Uri"/>; <see langword="null"/> is left out.</summary>
    public void Write(scoped ReadOnlySpan<byte> name, Uri? value)
    {
        if (value is not null)
        {
            WriteText(name, value.OriginalString);
        }
    }

    /// <summary>Writes the name of an enum's member, or as a string the number of a value that has none.</summary>
    /// <param name="name">The property's name.</param>
    /// <param name="member">The member as a JSON string, quotes included: <c>"pro"</c>; empty for an undefined value.</param>
    /// <param name="value">The value as a number.</param>
    public void WriteEnum(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> member, long value)
    {
        if (!member.IsEmpty)
        {
            WriteRaw(name, member);
        }
        else if (TryBegin(name, out Span<byte> destination))
        {
            _written += FormatQuoted(value, destination);
        }
    }

    /// <inheritdoc cref="WriteEnum(ReadOnlySpan{byte}, ReadOnlySpan{byte}, long)"/>
    public void WriteEnum(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> member, ulong value)
    {
        if (!member.IsEmpty)
        {
            WriteRaw(name, member);
        }
        else if (TryBegin(name, out Span<byte> destination))
        {
            _written += FormatQuoted(value, destination);
        }
    }

    /// <summary>Begins an array of strings: elements and <see cref="WriteListEnd"/> follow.</summary>
    public void WriteListStart(scoped ReadOnlySpan<byte> name) => WriteRaw(name, "["u8);

    /// <summary>Ends an array of strings.</summary>
    public void WriteListEnd()
    {
        // Each element ends with a comma: [ or ["a","b",
        if (_written > 0 && _buffer[_written - 1] == (byte)',')
        {
            _buffer[_written - 1] = (byte)']';
        }
        else
        {
            WriteRaw(default, "]"u8);
        }
    }

    /// <summary>Writes an element; <see langword="null"/> is left out.</summary>
    public void WriteElement(string? value)
    {
        if (value is not null)
        {
            WriteText(default, value);
            WriteRaw(default, ","u8);
        }
    }

    /// <summary>Writes the original string of a <see cref="Uri"/> as an element; <see langword="null"/> is left out.</summary>
    public void WriteElement(Uri? value) => WriteElement(value?.OriginalString);

    /// <summary>Writes an element of 36 characters.</summary>
    public void WriteElement(Guid value)
    {
        Write(default, value);
        WriteRaw(default, ","u8);
    }

    /// <summary>Writes the name of an enum's member as an element, or as a string the number of a value that has none.</summary>
    /// <param name="member">The member as a JSON string, quotes included: <c>"pro"</c>; empty for an undefined value.</param>
    /// <param name="value">The value as a number.</param>
    public void WriteEnumElement(scoped ReadOnlySpan<byte> member, long value)
    {
        WriteEnum(default, member, value);
        WriteRaw(default, ","u8);
    }

    /// <inheritdoc cref="WriteEnumElement(ReadOnlySpan{byte}, long)"/>
    public void WriteEnumElement(scoped ReadOnlySpan<byte> member, ulong value)
    {
        WriteEnum(default, member, value);
        WriteRaw(default, ","u8);
    }

    private static int FormatGuid(Guid value, Span<byte> destination)
    {
        destination[0] = (byte)'"';
        Utf8Formatter.TryFormat(value, destination[1..], out int length);
        destination[length + 1] = (byte)'"';
        return length + 2;
    }

    private static int FormatQuoted(long value, Span<byte> destination)
    {
        destination[0] = (byte)'"';
        Utf8Formatter.TryFormat(value, destination[1..], out int length);
        destination[length + 1] = (byte)'"';
        return length + 2;
    }

    private static int FormatQuoted(ulong value, Span<byte> destination)
    {
        destination[0] = (byte)'"';
        Utf8Formatter.TryFormat(value, destination[1..], out int length);
        destination[length + 1] = (byte)'"';
        return length + 2;
    }

    private readonly void NoteNonFiniteNumber(scoped ReadOnlySpan<byte> name)
    {
        if (_scratch is null)
        {
            ThrowNoBuffer();
        }

        // ,"ratio": is the property ratio.
        _scratch.NoteNonFiniteNumber(System.Text.Encoding.UTF8.GetString(name.Trim(",\":"u8)));
    }

    [DoesNotReturn]
    private static void ThrowNoBuffer() =>
        throw new InvalidOperationException("This EventWriter has no buffer: only the one that WriteProperties is given can write.");
}
