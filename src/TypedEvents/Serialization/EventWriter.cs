using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace TypedEvents;

/// <summary>
/// Writes the properties of one event as UTF-8 JSON. Generated code calls it; a hand-written
/// <see cref="IEngageEvent{TSelf}.WriteProperties"/> may.
/// </summary>
/// <remarks>
/// <para>
/// Each member writes one complete property. Its <c>name</c> is a comma, the property's name as a JSON string, and a colon, in
/// UTF-8: <c>,"plan":</c>. The comma of the first property becomes the object's opening brace.
/// </para>
/// <para>
/// Each member is memory-safe on its own, in any order of calls and with any bytes: it checks the room that it
/// needs and doesn't rely on earlier calls. Wrong calls corrupt the event that they write, and nothing else.
/// </para>
/// <para>Event libraries are compiled against these members: they never change; additions are new members.</para>
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public ref partial struct EventWriter
{
    /// <summary>Writes a <see cref="bool"/> as the string <c>"true"</c> or <c>"false"</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteBoolean(scoped ReadOnlySpan<byte> name, bool value) => Write<bool, BooleanStringForm>(name, value);

    /// <summary>Writes a <see cref="bool"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteBoolean(scoped ReadOnlySpan<byte> name, bool value, BooleanFormat format)
    {
        if (format == BooleanFormat.Literal)
        {
            Write<bool, BooleanLiteralForm>(name, value);
        }
        else
        {
            Write<bool, BooleanStringForm>(name, value);
        }
    }

    /// <summary>Writes a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteInt32(scoped ReadOnlySpan<byte> name, int value) => Write<int, IntegerForm>(name, value);

    /// <summary>Writes a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteUInt32(scoped ReadOnlySpan<byte> name, uint value) => Write<uint, IntegerForm>(name, value);

    /// <summary>Writes a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteInt64(scoped ReadOnlySpan<byte> name, long value) => Write<long, IntegerForm>(name, value);

    /// <summary>Writes a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteUInt64(scoped ReadOnlySpan<byte> name, ulong value) => Write<ulong, IntegerForm>(name, value);

    /// <summary>Writes a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteInt128(scoped ReadOnlySpan<byte> name, Int128 value) => Write<Int128, IntegerForm>(name, value);

    /// <summary>Writes a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteUInt128(scoped ReadOnlySpan<byte> name, UInt128 value) => Write<UInt128, IntegerForm>(name, value);

    /// <summary>Writes a number; NaN and the infinities are left out and counted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteHalf(scoped ReadOnlySpan<byte> name, Half value)
    {
        if (Half.IsFinite(value))
        {
            Write<Half, FractionForm>(name, value);
        }
        else
        {
            NoteNonFiniteNumber(_owner, name);
        }
    }

    /// <summary>Writes a number; NaN and the infinities are left out and counted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteSingle(scoped ReadOnlySpan<byte> name, float value)
    {
        if (float.IsFinite(value))
        {
            Write<float, FractionForm>(name, value);
        }
        else
        {
            NoteNonFiniteNumber(_owner, name);
        }
    }

    /// <summary>Writes a number; NaN and the infinities are left out and counted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteDouble(scoped ReadOnlySpan<byte> name, double value)
    {
        if (double.IsFinite(value))
        {
            Write<double, FractionForm>(name, value);
        }
        else
        {
            NoteNonFiniteNumber(_owner, name);
        }
    }

    /// <summary>Writes a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteDecimal(scoped ReadOnlySpan<byte> name, decimal value) => Write<decimal, FractionForm>(name, value);

    /// <summary>Writes a string of 36 characters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteGuid(scoped ReadOnlySpan<byte> name, Guid value) => Write<Guid, GuidForm>(name, value);

    /// <summary>Writes ISO 8601 in UTC with milliseconds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteDateTime(scoped ReadOnlySpan<byte> name, DateTime value) => Write<DateTime, Iso8601Form>(name, value);

    /// <summary>Writes a date in UTC; a kind of <see cref="DateTimeKind.Unspecified"/> counts as UTC.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteDateTime(scoped ReadOnlySpan<byte> name, DateTime value, DateFormat format)
    {
        if (format == DateFormat.UnixMilliseconds)
        {
            Write<DateTime, UnixMillisecondsForm>(name, value);
        }
        else if (format == DateFormat.DateAndTime)
        {
            Write<DateTime, DateAndTimeForm>(name, value);
        }
        else
        {
            Write<DateTime, Iso8601Form>(name, value);
        }
    }

    /// <summary>Writes ISO 8601 in UTC with milliseconds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteDateTimeOffset(scoped ReadOnlySpan<byte> name, DateTimeOffset value) => Write<DateTime, Iso8601Form>(name, value.UtcDateTime);

    /// <summary>Writes a date in UTC.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteDateTimeOffset(scoped ReadOnlySpan<byte> name, DateTimeOffset value, DateFormat format) => WriteDateTime(name, value.UtcDateTime, format);

    /// <summary>Writes a string, <c>yyyy-MM-dd</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteDateOnly(scoped ReadOnlySpan<byte> name, DateOnly value) => Write<DateOnly, DateOnlyForm>(name, value);

    /// <summary>Writes a string, <c>HH:mm:ss.fff</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteTimeOnly(scoped ReadOnlySpan<byte> name, TimeOnly value) => Write<TimeOnly, TimeOnlyForm>(name, value);

    /// <summary>Writes the number of milliseconds, with its fraction: one tick is <c>0.0001</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteTimeSpan(scoped ReadOnlySpan<byte> name, TimeSpan value) => Write<TimeSpan, MillisecondsForm>(name, value);
}
