using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TypedEvents;

/// <summary>
/// <c>"8d3c…-…-…-…-…"</c>: 36 characters between quotes. <see cref="Guid.TryFormat(Span{byte}, out int, ReadOnlySpan{char})"/>
/// isn't vectorized in Native AOT executables, where it takes eight times as long.
/// </summary>
internal readonly struct GuidForm : IWireForm<Guid>
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ref byte Write(ref byte destination, Guid value) => ref WriteQuoted(ref destination, in value);

    /// <summary>Writes 36 characters and the quotes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref byte WriteQuoted(ref byte destination, scoped ref readonly Guid value)
    {
        destination = (byte)'"';
        WriteCharacters(ref RawBytes.Skip(ref destination, 1), in value);
        RawBytes.Put(ref destination, 37, '"');
        return ref RawBytes.Skip(ref destination, 38);
    }

    /// <summary>Writes 36 characters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteCharacters(ref byte destination, scoped ref readonly Guid value)
    {
        if (BitConverter.IsLittleEndian && Ssse3.IsSupported)
        {
            WriteVectors(ref destination, in value);
            return;
        }

        (ulong first, ulong second) = InOrder(in value);
        (ulong a, ulong bc) = Hex(first);
        (ulong de, ulong e) = Hex(second);
        RawBytes.Put(ref destination, 0, a);
        RawBytes.Put(ref destination, 8, '-');
        RawBytes.Put(ref destination, 9, (uint)bc);
        RawBytes.Put(ref destination, 13, '-');
        RawBytes.Put(ref destination, 14, (uint)(bc >> 32));
        RawBytes.Put(ref destination, 18, '-');
        RawBytes.Put(ref destination, 19, (uint)de);
        RawBytes.Put(ref destination, 23, '-');
        RawBytes.Put(ref destination, 24, (uint)(de >> 32));
        RawBytes.Put(ref destination, 28, e);
    }

    /// <summary>All sixteen bytes at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteVectors(ref byte destination, scoped ref readonly Guid value)
    {
        // The first three groups are numbers in memory: 4, 2 and 2 bytes. It is read in halves, as it was written from two registers just before:
        // a single read would have to wait until both are in the cache.
        ReadOnlySpan<ulong> halves = MemoryMarshal.Cast<Guid, ulong>(new ReadOnlySpan<Guid>(in value));
        Vector128<byte> bytes = Ssse3.Shuffle(
            Vector128.Create(halves[0], halves[1]).AsByte(),
            Vector128.Create((byte)3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15));
        Vector128<byte> low = bytes & Vector128.Create((byte)0x0F);
        Vector128<byte> high = (bytes.AsUInt16() >> 4).AsByte() & Vector128.Create((byte)0x0F);
        Vector128<byte> characters = Vector128.Create("0123456789abcdef"u8);
        Vector128<byte> first = Ssse3.Shuffle(characters, Sse2.UnpackLow(high, low));
        Vector128<byte> second = Ssse3.Shuffle(characters, Sse2.UnpackHigh(high, low));

        // aaaaaaaa-bbbb-cc, then cc-d, then ddd-eeeeeeeeeeee: an index of 0x80 is a zero, where the dash comes.
        Vector128<byte> start = Ssse3.Shuffle(first, Vector128.Create((byte)0, 1, 2, 3, 4, 5, 6, 7, 0x80, 8, 9, 10, 11, 0x80, 12, 13))
            | Vector128.Create((byte)0, 0, 0, 0, 0, 0, 0, 0, (byte)'-', 0, 0, 0, 0, (byte)'-', 0, 0);
        Vector128<byte> end = Ssse3.Shuffle(second, Vector128.Create((byte)1, 2, 3, 0x80, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))
            | Vector128.Create((byte)0, 0, 0, (byte)'-', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        start.StoreUnsafe(ref destination);
        uint middle = first.AsUInt16().GetElement(7) | ((uint)'-' << 16) | (second.AsUInt32().ToScalar() << 24);
        RawBytes.Put(ref destination, 16, middle);
        end.StoreUnsafe(ref destination, 20);
    }

    /// <summary>The sixteen bytes in the order in which they are written, the first in the lowest bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (ulong First, ulong Second) InOrder(scoped ref readonly Guid value)
    {
        ReadOnlySpan<ulong> halves = MemoryMarshal.Cast<Guid, ulong>(new ReadOnlySpan<Guid>(in value));
        if (!BitConverter.IsLittleEndian)
        {
            Span<byte> bytes = stackalloc byte[16];
            value.TryWriteBytes(bytes, bigEndian: true, out _);
            return (BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
        }

        // The first three groups are numbers in memory: 4, 2 and 2 bytes.
        ulong first = halves[0];
        ulong swapped = BinaryPrimitives.ReverseEndianness((uint)first)
            | (((first >> 8) & 0x00FF_00FF_0000_0000) | ((first & 0x00FF_00FF_0000_0000) << 8));
        return (swapped, halves[1]);
    }

    /// <summary>Sixteen hexadecimal digits of eight bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (ulong Lower, ulong Upper) Hex(ulong bytes)
    {
        // Each byte becomes two: its high half, then its low half.
        Vector128<ushort> wide = Vector128.WidenLower(Vector128.CreateScalarUnsafe(bytes).AsByte());
        Vector128<byte> digits = ((wide >> 4) | (wide << 8)).AsByte() & Vector128.Create((byte)0x0F);
        Vector128<ulong> text = Characters(digits).AsUInt64();
        return (text.ToScalar(), text.GetElement(1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Characters(Vector128<byte> digits)
    {
        if (Ssse3.IsSupported)
        {
            return Ssse3.Shuffle(Vector128.Create("0123456789abcdef"u8), digits);
        }

        Vector128<byte> letters = Vector128.GreaterThan(digits.AsSByte(), Vector128.Create((sbyte)9)).AsByte();
        return digits + Vector128.Create((byte)'0') + (letters & Vector128.Create((byte)('a' - '0' - 10)));
    }
}
