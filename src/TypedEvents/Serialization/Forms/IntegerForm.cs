using System.Globalization;
using System.Runtime.CompilerServices;

namespace TypedEvents;

/// <summary>Integers as JSON numbers.</summary>
internal readonly struct IntegerForm : IWireForm<int>, IWireForm<uint>, IWireForm<long>, IWireForm<ulong>, IWireForm<Int128>, IWireForm<UInt128>
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ref byte Write(ref byte destination, int value)
    {
        long wide = value;
        if (wide < 0)
        {
            destination = (byte)'-';
            destination = ref RawBytes.Skip(ref destination, 1);
            wide = -wide;
        }

        return ref Digits.Write(ref destination, (ulong)wide);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ref byte Write(ref byte destination, uint value) => ref Digits.Write(ref destination, value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ref byte Write(ref byte destination, long value)
    {
        if (value >= 0)
        {
            return ref Digits.Write(ref destination, (ulong)value);
        }

        destination = (byte)'-';
        return ref Digits.Write(ref RawBytes.Skip(ref destination, 1), 0UL - (ulong)value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ref byte Write(ref byte destination, ulong value) => ref Digits.Write(ref destination, value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ref byte Write(ref byte destination, Int128 value)
    {
        value.TryFormat(RawBytes.RoomForValue(ref destination), out int length, default, CultureInfo.InvariantCulture);
        return ref RawBytes.Skip(ref destination, length);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ref byte Write(ref byte destination, UInt128 value)
    {
        value.TryFormat(RawBytes.RoomForValue(ref destination), out int length, default, CultureInfo.InvariantCulture);
        return ref RawBytes.Skip(ref destination, length);
    }
}

/// <summary>Integers as JSON strings: enum values that have no member.</summary>
internal readonly struct QuotedIntegerForm : IWireForm<long>, IWireForm<ulong>
{
    public static ref byte Write(ref byte destination, long value)
    {
        destination = (byte)'"';
        ref byte end = ref IntegerForm.Write(ref RawBytes.Skip(ref destination, 1), value);
        end = (byte)'"';
        return ref RawBytes.Skip(ref end, 1);
    }

    public static ref byte Write(ref byte destination, ulong value)
    {
        destination = (byte)'"';
        ref byte end = ref IntegerForm.Write(ref RawBytes.Skip(ref destination, 1), value);
        end = (byte)'"';
        return ref RawBytes.Skip(ref end, 1);
    }
}
