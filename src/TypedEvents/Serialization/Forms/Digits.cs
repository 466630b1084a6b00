using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TypedEvents;

/// <summary>
/// Decimal digits: pairs from a table for small numbers, eight at a time within one 64-bit number for large ones.
/// </summary>
internal static class Digits
{
    public const uint EightDigits = 100_000_000;

    private const ulong SixteenDigits = 10_000_000_000_000_000;

    /// <summary>'0' in each byte.</summary>
    private const ulong Zeros = 0x3030303030303030;

    private static ReadOnlySpan<byte> Pairs =>
        "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"u8 +
        "5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899"u8;

    private static readonly ulong[] PowersOfTen =
    [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000, 100_000_000_000,
        1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000, 10_000_000_000_000_000,
    ];

    /// <summary>Writes a number without leading zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref byte Write(ref byte destination, ulong value)
    {
        if (value < 10)
        {
            destination = (byte)('0' + (uint)value);
            return ref RawBytes.Skip(ref destination, 1);
        }

        return ref value < 10_000 ? ref WriteSmall(ref destination, (uint)value) : ref WriteLarge(ref destination, value);
    }

    /// <summary>Writes two digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WritePair(ref byte destination, int offset, uint value) => RawBytes.CopyPair(ref destination, offset, Pairs, value);

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

    /// <summary>Writes a decimal point and exactly <paramref name="digits"/> digits, at most eight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref byte WriteFraction(ref byte destination, uint hundredMillionths, int digits)
    {
        destination = (byte)'.';
        RawBytes.Put(ref destination, 1, Split(hundredMillionths) | Zeros);
        return ref RawBytes.Skip(ref destination, 1 + digits);
    }

    /// <summary>Writes a point and hundredths, at most 99, without zeros at the end: .95, .9, or nothing. Touches four bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref byte WriteHundredths(ref byte destination, uint hundredths)
    {
        if (hundredths == 0)
        {
            return ref destination;
        }

        uint pair = Pair(hundredths);
        RawBytes.Put(ref destination, 0, '.' | (pair << 8));
        return ref RawBytes.Skip(ref destination, pair >> 8 == '0' ? 2 : 3);
    }

    /// <summary>Eight characters of a number below 100,000,000, the first in the lowest bits.</summary>
    public static ulong Eight(uint value) => Split(value) | Zeros;

    /// <summary>Two characters of a number below 100, the first in the lowest bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Pair(uint value) => RawBytes.ReadPair(Pairs, value);

    /// <summary>Four numbers below 100 as eight characters: the first number in the lowest 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong FourPairs(ulong pairs) => SplitPairs(pairs) | Zeros;

    /// <summary>Writes a number from 10 to 9,999.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref byte WriteSmall(ref byte destination, uint value)
    {
        if (value < 100)
        {
            WritePair(ref destination, 0, value);
            return ref RawBytes.Skip(ref destination, 2);
        }

        uint hundreds = value / 100;
        uint rest = value - (hundreds * 100);
        if (hundreds < 10)
        {
            destination = (byte)('0' + hundreds);
            WritePair(ref destination, 1, rest);
            return ref RawBytes.Skip(ref destination, 3);
        }

        WritePair(ref destination, 0, hundreds);
        WritePair(ref destination, 2, rest);
        return ref RawBytes.Skip(ref destination, 4);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ref byte WriteLarge(ref byte destination, ulong value)
    {
        if (value < EightDigits)
        {
            return ref WriteUpToEight(ref destination, (uint)value);
        }

        if (value >= SixteenDigits)
        {
            // At most 1,844, and sixteen more.
            ulong highest = value / SixteenDigits;
            ulong rest = value - (highest * SixteenDigits);
            ulong high = rest / EightDigits;
            destination = ref WriteUpToEight(ref destination, (uint)highest);
            Sixteen((uint)high, (uint)(rest - (high * EightDigits))).StoreUnsafe(ref destination);
            return ref RawBytes.Skip(ref destination, 16);
        }

        return ref WriteNineToSixteen(ref destination, value);
    }

    /// <summary>Whether a number has nine to sixteen digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreNineToSixteen(ulong value) => value - EightDigits < SixteenDigits - EightDigits;

    /// <summary>Writes a number of nine to sixteen digits, and touches sixteen bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref byte WriteNineToSixteen(ref byte destination, ulong value)
    {
        ulong high = value / EightDigits;
        uint low = (uint)(value - (high * EightDigits));

        // How many digits there are is known before the digits are: what is written next needn't wait for them.
        int count = Count(value);
        Vector128<byte> digits = Sixteen((uint)high, low);
        if (Ssse3.IsSupported)
        {
            // The last digits come first; an index beyond the sixteen is of no interest.
            Vector128<byte> last = Vector128.Create((byte)0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) + Vector128.Create((byte)(16 - count));
            Ssse3.Shuffle(digits, last).StoreUnsafe(ref destination);
        }
        else
        {
            RawBytes.Put(ref destination, 0, digits.AsUInt64().ToScalar() >> ((16 - count) << 3));
            RawBytes.Put(ref destination, count - 8, digits.AsUInt64().GetElement(1));
        }

        return ref RawBytes.Skip(ref destination, count);
    }

    /// <summary>Writes a number from 1 to 99,999,999, and touches eight bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref byte WriteUpToEight(ref byte destination, uint value)
    {
        int count = Count(value);
        RawBytes.Put(ref destination, 0, (Split(value) | Zeros) >> ((8 - count) << 3));
        return ref RawBytes.Skip(ref destination, count);
    }

    /// <summary>How many digits a number from 1 to 9,999,999,999,999,999 has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Count(ulong value)
    {
        // 1233 / 4096 is the logarithm of 2: right, or one too few, which the power of ten tells.
        int atMost = ((BitOperations.Log2(value) + 1) * 1233) >> 12;
        return atMost + (value >= PowersOfTen[atMost] ? 1 : 0);
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

    /// <summary>The sixteen characters of two numbers below 100,000,000, at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Sixteen(uint high, uint low)
    {
        if (!Sse2.IsSupported)
        {
            return Vector128.Create(Split(high) | Zeros, Split(low) | Zeros).AsByte();
        }

        // As above, with both numbers in one vector.
        Vector128<ulong> eights = Vector128.Create(high, (ulong)low);
        Vector128<ulong> thousands = Sse2.Multiply(eights.AsUInt32(), Vector128.Create(0xD1B7_1759UL).AsUInt32()) >> 45;
        Vector128<ulong> rest = eights - Sse2.Multiply(thousands.AsUInt32(), Vector128.Create(10_000UL).AsUInt32());
        Vector128<ushort> fours = (thousands | (rest << 32)).AsUInt16();
        Vector128<ushort> hundreds = Sse2.MultiplyHigh(fours, Vector128.Create((ushort)5243)) >> 3;
        return EightPairs(hundreds | ((fours - (hundreds * Vector128.Create((ushort)100))).AsUInt32() << 16).AsUInt16());
    }

    /// <summary>Eight numbers below 100 as sixteen characters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> EightPairs(Vector128<ushort> pairs)
    {
        // The tens in the lower half of each lane, what is left in the upper one: 256 * (n - 10 * tens) + tens.
        Vector128<ushort> tens = Sse2.MultiplyHigh(pairs, Vector128.Create((ushort)6554));
        return ((pairs << 8) - (tens * Vector128.Create((ushort)2559))).AsByte() | Vector128.Create((byte)'0');
    }
}
