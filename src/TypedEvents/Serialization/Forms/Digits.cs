using System.Numerics;
using System.Runtime.CompilerServices;

namespace TypedEvents;

/// <summary>
/// Decimal digits, eight at a time within one 64-bit number: no table, and no branch on how many there are below 100,000,000.
/// </summary>
internal static class Digits
{
    public const uint EightDigits = 100_000_000;

    /// <summary>'0' in each byte.</summary>
    private const ulong Zeros = 0x3030303030303030;

    /// <summary>Writes a number without leading zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref byte Write(ref byte destination, ulong value)
    {
        if (value < 10)
        {
            destination = (byte)('0' + (uint)value);
            return ref RawBytes.Skip(ref destination, 1);
        }

        return ref value < EightDigits ? ref WriteFew(ref destination, (uint)value) : ref WriteMany(ref destination, value);
    }

    /// <summary>Writes eight digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref byte WriteEight(ref byte destination, uint value)
    {
        RawBytes.Put(ref destination, 0, Split(value) | Zeros);
        return ref RawBytes.Skip(ref destination, 8);
    }

    /// <summary>Writes a point and eight digits without the zeros at the end; nothing if there are only zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref byte WriteFraction(ref byte destination, uint hundredMillionths)
    {
        if (hundredMillionths == 0)
        {
            return ref destination;
        }

        ulong digits = Split(hundredMillionths);
        destination = (byte)'.';
        RawBytes.Put(ref destination, 1, digits | Zeros);
        return ref RawBytes.Skip(ref destination, 9 - (BitOperations.LeadingZeroCount(digits) >> 3));
    }

    /// <summary>Writes a point and exactly so many digits, at most eight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref byte WriteFraction(ref byte destination, uint hundredMillionths, int digits)
    {
        destination = (byte)'.';
        RawBytes.Put(ref destination, 1, Split(hundredMillionths) | Zeros);
        return ref RawBytes.Skip(ref destination, 1 + digits);
    }

    /// <summary>Four numbers below 100 as eight characters: the first number in the lowest 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong FourPairs(ulong pairs) => SplitPairs(pairs) | Zeros;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref byte WriteFew(ref byte destination, uint value)
    {
        ulong digits = Split(value);
        int leadingZeros = BitOperations.TrailingZeroCount(digits) >> 3;
        RawBytes.Put(ref destination, 0, (digits | Zeros) >> (leadingZeros << 3));
        return ref RawBytes.Skip(ref destination, 8 - leadingZeros);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref byte WriteMany(ref byte destination, ulong value)
    {
        ulong high = value / EightDigits;
        uint low = (uint)(value - (high * EightDigits));
        if (high < EightDigits)
        {
            destination = ref WriteFew(ref destination, (uint)high);
        }
        else
        {
            // At most 1,844, and eight more.
            ulong highest = high / EightDigits;
            destination = ref WriteFew(ref destination, (uint)highest);
            destination = ref WriteEight(ref destination, (uint)(high - (highest * EightDigits)));
        }

        return ref WriteEight(ref destination, low);
    }

    /// <summary>The digits of a number below 100,000,000, one in each byte, the first in the lowest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Split(uint value)
    {
        // Halve three times: each division is a multiplication for all parts at once.
        uint high = value / 10_000;
        ulong fours = high | ((ulong)(value - (high * 10_000)) << 32);
        ulong hundreds = ((fours * 10_486) >> 20) & 0x0000_007F_0000_007F;
        return SplitPairs(hundreds | ((fours - (hundreds * 100)) << 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong SplitPairs(ulong pairs)
    {
        ulong tens = ((pairs * 103) >> 10) & 0x000F_000F_000F_000F;
        return tens | ((pairs - (tens * 10)) << 8);
    }
}
