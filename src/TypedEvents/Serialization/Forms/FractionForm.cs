using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TypedEvents;

/// <summary>
/// Numbers with a fraction, as System.Text.Json writes them: the shortest string that parses as the same number. If a few
/// decimals are enough, they are written as fixed point; the base class library writes all others, at ten times the cost.
/// </summary>
/// <remarks>
/// Why fixed point is the same string: the quotient of two numbers that a double holds exactly is the double nearest to the
/// decimal, so the decimal reads back as the value. And no shorter one does: decimals of at most 15 digits (6 for a float)
/// all are different doubles.
/// </remarks>
internal readonly struct FractionForm : IWireForm<double>, IWireForm<float>, IWireForm<Half>, IWireForm<decimal>
{
    /// <summary>The largest scale that <see cref="Digits"/> writes at once.</summary>
    private const int MaxScale = 8;

    /// <summary>From here on up to 2^53 a double has no fraction.</summary>
    private const double TwoTo52 = 1L << 52;

    private const ulong MantissaBits = (1UL << 52) - 1;

    private static readonly uint[] PowersOfTen = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

    /// <summary>Writes a finite number.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ref byte Write(ref byte destination, double value)
    {
        double magnitude = Math.Abs(value);

        // Two decimals: money. Below 10^13, so at most 15 digits.
        if (magnitude is >= 0.01 and < 1e13)
        {
            // What is added moves the fraction out of the mantissa: what stays of it is the nearest integer.
            double shifted = (magnitude * 1e2) + TwoTo52;
            if ((shifted - TwoTo52) / 1e2 == magnitude)
            {
                ulong hundredths = BitConverter.DoubleToUInt64Bits(shifted) & MantissaBits;
                return ref WriteHundredths(ref WriteSign(ref destination, value < 0), hundredths);
            }
        }

        return ref WriteLong(ref destination, value);
    }

    /// <summary>Writes a finite number.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ref byte Write(ref byte destination, float value)
    {
        float magnitude = Math.Abs(value);

        // Below 10^6, so at most 6 digits.
        if (magnitude is >= 0.01f and < 10_000)
        {
            int hundredths = (int)((magnitude * 1e2f) + 0.5f);
            if (hundredths / 1e2f == magnitude)
            {
                destination = ref WriteSign(ref destination, value < 0);
                return ref WriteHundredths(ref destination, (ulong)hundredths);
            }
        }

        if (BitConverter.SingleToInt32Bits(value) == 0)
        {
            return ref Digits.Write(ref destination, 0);
        }

        Utf8Formatter.TryFormat(value, RawBytes.RoomForValue(ref destination), out int length);
        return ref RawBytes.Skip(ref destination, length);
    }

    /// <summary>Writes a finite number.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ref byte Write(ref byte destination, Half value)
    {
        value.TryFormat(RawBytes.RoomForValue(ref destination), out int length, default, CultureInfo.InvariantCulture);
        return ref RawBytes.Skip(ref destination, length);
    }

    /// <summary>Writes a number with its own scale: 1.50 keeps its zero.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ref byte Write(ref byte destination, decimal value)
    {
        // Not stackalloc: that costs a guard against overruns, and these four are all there is.
        Unsafe.SkipInit(out Int128 room);
        Span<int> parts = MemoryMarshal.CreateSpan(ref Unsafe.As<Int128, int>(ref room), 4);
        decimal.GetBits(value, parts);
        ulong magnitude = (uint)parts[0] | ((ulong)(uint)parts[1] << 32);
        int scale = (parts[3] >> 16) & 0xFF;
        if (parts[2] != 0 || scale > MaxScale || magnitude == 0)
        {
            Utf8Formatter.TryFormat(value, RawBytes.RoomForValue(ref destination), out int length);
            return ref RawBytes.Skip(ref destination, length);
        }

        destination = ref WriteSign(ref destination, parts[3] < 0);
        if (scale == 0)
        {
            return ref Digits.Write(ref destination, magnitude);
        }

        if (scale == 2)
        {
            ulong units = magnitude / 100;
            destination = ref Digits.Write(ref destination, units);
            RawBytes.Put(ref destination, 0, '.');
            Digits.WritePair(ref destination, 1, (uint)(magnitude - (units * 100)));
            return ref RawBytes.Skip(ref destination, 3);
        }

        (ulong whole, ulong fraction) = Math.DivRem(magnitude, PowersOfTen[scale]);
        destination = ref Digits.Write(ref destination, whole);
        return ref Digits.WriteFraction(ref destination, (uint)fraction * PowersOfTen[MaxScale - scale], scale);
    }

    /// <summary>Numbers that have more decimals, or none that fixed point could show.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ref byte WriteLong(ref byte destination, double value)
    {
        double magnitude = Math.Abs(value);

        // Below 0.0001 the string has an exponent. Below 10^15, so at most 15 digits.
        if (magnitude is >= 0.0001 and < 1e7)
        {
            long scaled = (long)((magnitude * 1e8) + 0.5);
            if (scaled / 1e8 == magnitude)
            {
                destination = ref WriteSign(ref destination, value < 0);
                (long whole, long fraction) = Math.DivRem(scaled, Digits.EightDigits);
                destination = ref Digits.Write(ref destination, (ulong)whole);
                return ref Digits.WriteFraction(ref destination, (uint)fraction);
            }
        }
        else if (magnitude is >= 1e7 and < 1e11)
        {
            long scaled = (long)((magnitude * 1e4) + 0.5);
            if (scaled / 1e4 == magnitude)
            {
                destination = ref WriteSign(ref destination, value < 0);
                (long whole, long fraction) = Math.DivRem(scaled, 10_000);
                destination = ref Digits.Write(ref destination, (ulong)whole);
                return ref Digits.WriteFraction(ref destination, (uint)fraction * 10_000);
            }
        }
        else if (BitConverter.DoubleToInt64Bits(value) == 0)
        {
            return ref Digits.Write(ref destination, 0);
        }

        Utf8Formatter.TryFormat(value, RawBytes.RoomForValue(ref destination), out int length);
        return ref RawBytes.Skip(ref destination, length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref byte WriteSign(ref byte destination, bool isNegative)
    {
        if (isNegative)
        {
            destination = (byte)'-';
            destination = ref RawBytes.Skip(ref destination, 1);
        }

        return ref destination;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref byte WriteHundredths(ref byte destination, ulong hundredths)
    {
        ulong whole = hundredths / 100;
        destination = ref Digits.Write(ref destination, whole);
        return ref Digits.WriteHundredths(ref destination, (uint)(hundredths - (whole * 100)));
    }
}
