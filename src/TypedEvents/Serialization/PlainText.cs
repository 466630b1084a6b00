using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TypedEvents;

/// <summary>
/// Copies characters that stand in JSON as one byte each: ASCII besides the quote, the backslash and control characters. One
/// pass checks and narrows them.
/// </summary>
/// <remarks>Reads the characters that it is given and no others; writes at most one byte for each of them.</remarks>
internal static class PlainText
{
    /// <summary>Copies until the first character that needs something else.</summary>
    /// <returns>How many were copied.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Copy(ref byte destination, ref readonly char source, int length)
    {
        ref ushort text = ref Unsafe.As<char, ushort>(ref Unsafe.AsRef(in source));
        return length < Vector128<ushort>.Count
            ? CopyFew(ref destination, ref text, length)
            : CopyMany(ref destination, ref text, length);
    }

    /// <summary>Copies eight characters; those behind the first special one are copied as nonsense.</summary>
    /// <returns>A bit for each special character.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint CopyEight(ref byte destination, ref readonly char source)
    {
        Vector128<ushort> eight = Vector128.LoadUnsafe(ref Unsafe.As<char, ushort>(ref Unsafe.AsRef(in source)));
        Vector128<byte> bytes = Narrow(eight, eight);
        RawBytes.Put(ref destination, 0, bytes.AsUInt64().ToScalar());
        return Special(bytes).ExtractMostSignificantBits() & 0xFF;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CopyFew(ref byte destination, ref ushort text, int length)
    {
        // Up to seven characters are four at the beginning and four at the end, or the first, the middle and the last.
        if (length >= 4)
        {
            ulong first = Four(ref text, 0);
            ulong last = Four(ref text, length - 4);
            Vector128<ushort> both = Vector128.Create(first, last).AsUInt16();
            Vector128<byte> bytes = Narrow(both, both);
            if (Special(bytes) == Vector128<byte>.Zero)
            {
                ulong narrow = bytes.AsUInt64().ToScalar();
                RawBytes.Put(ref destination, 0, (uint)narrow);
                RawBytes.Put(ref destination, length - 4, (uint)(narrow >> 32));
                return length;
            }
        }
        else if (length > 0)
        {
            uint ends = text | ((uint)Unsafe.Add(ref text, length - 1) << 16);
            ulong middle = Unsafe.Add(ref text, length >> 1);
            Vector128<ushort> three = Vector128.CreateScalar(ends | (middle << 32) | (middle << 48)).AsUInt16();
            Vector128<byte> bytes = Narrow(three, three);
            if (Special(bytes).AsUInt32().ToScalar() == 0)
            {
                uint narrow = bytes.AsUInt32().ToScalar();
                RawBytes.Put(ref destination, length >> 1, (char)(narrow >> 16));
                RawBytes.Put(ref destination, length - 1, (char)(narrow >> 8));
                RawBytes.Put(ref destination, 0, (char)narrow);
                return length;
            }
        }

        return 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CopyMany(ref byte destination, ref ushort text, int length)
    {
        if (length <= 2 * Vector128<ushort>.Count)
        {
            return CopyEnds(ref destination, ref text, 0, length);
        }

        int done = 0;
        if (length >= 4 * Vector128<ushort>.Count)
        {
            done = CopyBlocks(ref destination, ref text, length);
        }

        while (length - done > 2 * Vector128<ushort>.Count)
        {
            Vector128<byte> sixteen = Narrow(Eight(ref text, done), Eight(ref text, done + 8));
            if (Special(sixteen) != Vector128<byte>.Zero)
            {
                return done;
            }

            sixteen.StoreUnsafe(ref destination, (nuint)done);
            done += 16;
        }

        if (length - done < Vector128<ushort>.Count)
        {
            // Some of the last eight are there already.
            done = length - Vector128<ushort>.Count;
        }

        return CopyEnds(ref destination, ref text, done, length);
    }

    /// <summary>Copies eight to sixteen characters: eight at the beginning and eight at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CopyEnds(ref byte destination, ref ushort text, int done, int length)
    {
        Vector128<byte> ends = Narrow(Eight(ref text, done), Eight(ref text, length - 8));
        if (Special(ends) != Vector128<byte>.Zero)
        {
            return done;
        }

        RawBytes.Put(ref destination, done, ends.AsUInt64().ToScalar());
        RawBytes.Put(ref destination, length - 8, ends.AsUInt64().GetElement(1));
        return length;
    }

    /// <summary>Copies blocks of 32 characters, as long as all of them are plain.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int CopyBlocks(ref byte destination, ref ushort text, int length)
    {
        int done = 0;
        if (Avx512BW.IsSupported && Vector512.IsHardwareAccelerated)
        {
            while (length - done >= Vector512<ushort>.Count)
            {
                // Saturates without sign: whatever is beyond 255 becomes 255.
                Vector256<byte> block = Avx512BW.ConvertToVector256ByteWithSaturation(Vector512.LoadUnsafe(ref text, (nuint)done));
                if (Special(block) != Vector256<byte>.Zero)
                {
                    break;
                }

                block.StoreUnsafe(ref destination, (nuint)done);
                done += Vector512<ushort>.Count;
            }
        }
        else if (Avx2.IsSupported)
        {
            while (length - done >= 2 * Vector256<ushort>.Count)
            {
                // Packs each half of the vectors by itself: the middle parts change places.
                Vector256<byte> packed = Avx2.PackUnsignedSaturate(
                    Vector256.LoadUnsafe(ref text, (nuint)done).AsInt16(),
                    Vector256.LoadUnsafe(ref text, (nuint)done + 16).AsInt16());
                if (Special(packed) != Vector256<byte>.Zero)
                {
                    break;
                }

                Avx2.Permute4x64(packed.AsUInt64(), 0b11_01_10_00).AsByte().StoreUnsafe(ref destination, (nuint)done);
                done += 2 * Vector256<ushort>.Count;
            }
        }

        return done;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Four(ref ushort text, int index) =>
        Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<ushort, byte>(ref Unsafe.Add(ref text, index)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> Eight(ref ushort text, int index) => Vector128.LoadUnsafe(ref text, (nuint)(uint)index);

    /// <summary>Narrows to bytes so that no character beyond ASCII looks like one that is plain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Narrow(Vector128<ushort> lower, Vector128<ushort> upper)
    {
        if (Sse2.IsSupported)
        {
            // Those from U+8000 on are negative here and become 0, a control character; the rest becomes at most 255.
            return Sse2.PackUnsignedSaturate(lower.AsInt16(), upper.AsInt16());
        }

        Vector128<ushort> most = Vector128.Create((ushort)byte.MaxValue);
        return Vector128.Narrow(Vector128.Min(lower, most), Vector128.Min(upper, most));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Special(Vector128<byte> bytes) =>
        Vector128.LessThan(bytes.AsSByte(), Vector128.Create((sbyte)0x20)).AsByte()
        | Vector128.Equals(bytes, Vector128.Create((byte)'"'))
        | Vector128.Equals(bytes, Vector128.Create((byte)'\\'));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Special(Vector256<byte> bytes) =>
        Vector256.LessThan(bytes.AsSByte(), Vector256.Create((sbyte)0x20)).AsByte()
        | Vector256.Equals(bytes, Vector256.Create((byte)'"'))
        | Vector256.Equals(bytes, Vector256.Create((byte)'\\'));
}
