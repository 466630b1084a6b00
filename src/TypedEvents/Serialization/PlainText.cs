using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TypedEvents;

/// <summary>
/// Copies characters that stand in JSON as one byte each: ASCII besides the quote, the backslash and control characters. One
/// pass checks and narrows them.
/// </summary>
/// <remarks>
/// Reads the text's own characters, and of a very short one the length before them; writes at most one byte for each character,
/// and four where they are fewer.
/// </remarks>
internal static class PlainText
{
    /// <summary>The longest string that <see cref="TryCopyShort"/> accepts.</summary>
    public const int MaxShort = 32;

    /// <summary>How many bytes are touched where the characters are fewer.</summary>
    public const int MinTouched = 4;

    /// <summary>
    /// Copies at most <see cref="MaxShort"/> characters of a <see cref="string"/>; touches four bytes where they are fewer, and reads
    /// six before the first of them: there is the string's length.
    /// </summary>
    /// <returns>Whether all are plain; if not, what was written is nonsense.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryCopyShort(ref byte destination, ref readonly char source, int length)
    {
        ref ushort text = ref Unsafe.As<char, ushort>(ref Unsafe.AsRef(in source));
        if (length >= 8)
        {
            if (length <= 16)
            {
                // Eight at the beginning and eight at the end, which may overlap.
                Vector128<byte> ends = Narrow(Eight(ref text, 0), Eight(ref text, length - 8));
                if (HasSpecial(ends))
                {
                    return false;
                }

                RawBytes.Put(ref destination, 0, ends.AsUInt64().ToScalar());
                RawBytes.Put(ref destination, length - 8, ends.AsUInt64().GetElement(1));
                return true;
            }

            Vector128<byte> first = Narrow(Eight(ref text, 0), Eight(ref text, 8));
            Vector128<byte> last = Narrow(Eight(ref text, length - 16), Eight(ref text, length - 8));
            if ((Special(first) | Special(last)) != Vector128<byte>.Zero)
            {
                return false;
            }

            first.StoreUnsafe(ref destination);
            last.StoreUnsafe(ref destination, (nuint)(uint)(length - 16));
            return true;
        }

        if (length >= 4)
        {
            Vector128<ushort> both = Vector128.Create(Four(ref text, 0), Four(ref text, length - 4)).AsUInt16();
            Vector128<byte> bytes = Narrow(both, both);
            if (HasSpecial(bytes))
            {
                return false;
            }

            ulong narrow = bytes.AsUInt64().ToScalar();
            RawBytes.Put(ref destination, 0, (uint)narrow);
            RawBytes.Put(ref destination, length - 4, (uint)(narrow >> 32));
            return true;
        }

        if (length > 0)
        {
            if (!BitConverter.IsLittleEndian)
            {
                return false;
            }

            // The last four, of which the first ones come from the string's length, before its characters: they are shifted out,
            // and blanks replace what isn't there.
            ulong last = Four(ref text, length - 4) >> ((4 - length) << 4);
            Vector128<ushort> few = Vector128.CreateScalarUnsafe(last | (0x0020_0020_0020_0020UL << (length << 4))).AsUInt16();
            Vector128<byte> bytes = Narrow(few, few);
            RawBytes.Put(ref destination, 0, bytes.AsUInt32().ToScalar());
            return Special(bytes).AsUInt32().ToScalar() == 0;
        }

        return true;
    }

    /// <summary>Copies more than <see cref="MaxShort"/> characters, until the first that needs something else.</summary>
    /// <returns>How many were copied.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int CopyLong(ref byte destination, ref readonly char source, int length)
    {
        ref ushort text = ref Unsafe.As<char, ushort>(ref Unsafe.AsRef(in source));
        int done = CopyBlocks(ref destination, ref text, length);
        while (length - done >= 16)
        {
            Vector128<byte> sixteen = Narrow(Eight(ref text, done), Eight(ref text, done + 8));
            if (HasSpecial(sixteen))
            {
                return done;
            }

            sixteen.StoreUnsafe(ref destination, (nuint)(uint)done);
            done += 16;
        }

        if (done < length)
        {
            // Some of the last sixteen are there already.
            Vector128<byte> last = Narrow(Eight(ref text, length - 16), Eight(ref text, length - 8));
            if (HasSpecial(last))
            {
                return done;
            }

            last.StoreUnsafe(ref destination, (nuint)(uint)(length - 16));
        }

        return length;
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

    /// <summary>Copies blocks of 64 or 32 characters, as long as all of them are plain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CopyBlocks(ref byte destination, ref ushort text, int length)
    {
        int done = 0;
        if (Avx512BW.IsSupported && Vector512.IsHardwareAccelerated)
        {
            while (length - done >= 2 * Vector512<ushort>.Count)
            {
                // Packs each quarter of the vectors separately, so the parts have to be reordered.
                Vector512<byte> packed = Avx512BW.PackUnsignedSaturate(
                    Vector512.LoadUnsafe(ref text, (nuint)(uint)done).AsInt16(),
                    Vector512.LoadUnsafe(ref text, (nuint)(uint)done + 32).AsInt16());
                if (Special(packed) != Vector512<byte>.Zero)
                {
                    return done;
                }

                Avx512F.PermuteVar8x64(packed.AsUInt64(), Vector512.Create(0UL, 2, 4, 6, 1, 3, 5, 7)).AsByte().StoreUnsafe(ref destination, (nuint)(uint)done);
                done += 2 * Vector512<ushort>.Count;
            }
        }

        if (Avx2.IsSupported)
        {
            while (length - done >= 2 * Vector256<ushort>.Count)
            {
                Vector256<byte> packed = Avx2.PackUnsignedSaturate(
                    Vector256.LoadUnsafe(ref text, (nuint)(uint)done).AsInt16(),
                    Vector256.LoadUnsafe(ref text, (nuint)(uint)done + 16).AsInt16());
                if (Special(packed) != Vector256<byte>.Zero)
                {
                    return done;
                }

                Avx2.Permute4x64(packed.AsUInt64(), 0b11_01_10_00).AsByte().StoreUnsafe(ref destination, (nuint)(uint)done);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Special(Vector512<byte> bytes) =>
        Vector512.LessThan(bytes.AsSByte(), Vector512.Create((sbyte)0x20)).AsByte()
        | Vector512.Equals(bytes, Vector512.Create((byte)'"'))
        | Vector512.Equals(bytes, Vector512.Create((byte)'\\'));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool HasSpecial(Vector128<byte> bytes) => Special(bytes) != Vector128<byte>.Zero;
}
