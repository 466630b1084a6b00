using System.Runtime.CompilerServices;

namespace TypedEvents;

/// <content>
/// The same members under one name, for code that is written by hand and for event libraries that are compiled already. Generated code calls
/// the others, so that the compiler needn't choose among 23 overloads in each call.
/// </content>
public ref partial struct EventWriter
{
    /// <inheritdoc cref="WriteBoolean(ReadOnlySpan{byte}, bool)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> name, bool value) => WriteBoolean(name, value);

    /// <inheritdoc cref="WriteBoolean(ReadOnlySpan{byte}, bool, BooleanFormat)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> name, bool value, BooleanFormat format) => WriteBoolean(name, value, format);

    /// <inheritdoc cref="WriteInt32(ReadOnlySpan{byte}, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> name, int value) => WriteInt32(name, value);

    /// <inheritdoc cref="WriteUInt32(ReadOnlySpan{byte}, uint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> name, uint value) => WriteUInt32(name, value);

    /// <inheritdoc cref="WriteInt64(ReadOnlySpan{byte}, long)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> name, long value) => WriteInt64(name, value);

    /// <inheritdoc cref="WriteUInt64(ReadOnlySpan{byte}, ulong)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> name, ulong value) => WriteUInt64(name, value);

    /// <inheritdoc cref="WriteInt128(ReadOnlySpan{byte}, Int128)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> name, Int128 value) => WriteInt128(name, value);

    /// <inheritdoc cref="WriteUInt128(ReadOnlySpan{byte}, UInt128)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> name, UInt128 value) => WriteUInt128(name, value);

    /// <inheritdoc cref="WriteHalf(ReadOnlySpan{byte}, Half)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> name, Half value) => WriteHalf(name, value);

    /// <inheritdoc cref="WriteSingle(ReadOnlySpan{byte}, float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> name, float value) => WriteSingle(name, value);

    /// <inheritdoc cref="WriteDouble(ReadOnlySpan{byte}, double)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> name, double value) => WriteDouble(name, value);

    /// <inheritdoc cref="WriteDecimal(ReadOnlySpan{byte}, decimal)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> name, decimal value) => WriteDecimal(name, value);

    /// <inheritdoc cref="WriteGuid(ReadOnlySpan{byte}, Guid)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> name, Guid value) => WriteGuid(name, value);

    /// <inheritdoc cref="WriteDateTime(ReadOnlySpan{byte}, DateTime)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> name, DateTime value) => WriteDateTime(name, value);

    /// <inheritdoc cref="WriteDateTime(ReadOnlySpan{byte}, DateTime, DateFormat)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> name, DateTime value, DateFormat format) => WriteDateTime(name, value, format);

    /// <inheritdoc cref="WriteDateTimeOffset(ReadOnlySpan{byte}, DateTimeOffset)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> name, DateTimeOffset value) => WriteDateTimeOffset(name, value);

    /// <inheritdoc cref="WriteDateTimeOffset(ReadOnlySpan{byte}, DateTimeOffset, DateFormat)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> name, DateTimeOffset value, DateFormat format) => WriteDateTimeOffset(name, value, format);

    /// <inheritdoc cref="WriteDateOnly(ReadOnlySpan{byte}, DateOnly)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> name, DateOnly value) => WriteDateOnly(name, value);

    /// <inheritdoc cref="WriteTimeOnly(ReadOnlySpan{byte}, TimeOnly)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> name, TimeOnly value) => WriteTimeOnly(name, value);

    /// <inheritdoc cref="WriteTimeSpan(ReadOnlySpan{byte}, TimeSpan)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> name, TimeSpan value) => WriteTimeSpan(name, value);

    /// <inheritdoc cref="WriteChar(ReadOnlySpan{byte}, char)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> name, char value) => WriteChar(name, value);

    /// <inheritdoc cref="WriteString(ReadOnlySpan{byte}, string)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> name, string? value) => WriteString(name, value);

    /// <inheritdoc cref="WriteUri(ReadOnlySpan{byte}, Uri)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> name, Uri? value) => WriteUri(name, value);
}
