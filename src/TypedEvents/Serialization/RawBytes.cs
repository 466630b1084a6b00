using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TypedEvents;

/// <summary>Reads and writes memory without a check: the only place besides <see cref="EventWriter"/> and <see cref="PlainText"/> that does.</summary>
/// <remarks>
/// The caller has ensured the room: <see cref="EventWriter"/> checks once for a name and a value together, and each
/// form of a value writes at most <see cref="EventWriter.MaxValueBytes"/>. Nothing is indexed by what a value holds.
/// </remarks>
internal static class RawBytes
{
    /// <summary>How many bytes <see cref="CopyLiteral"/> and <see cref="CopyLiteralAndQuote"/> touch where they copy fewer.</summary>
    public const int LiteralTouched = 16;

    /// <summary>The byte that many further.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref byte Skip(ref byte destination, int bytes) => ref Unsafe.AddByteOffset(ref destination, (nuint)(uint)bytes);

    /// <summary>Writes one byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put(ref byte destination, int offset, char ascii) => Skip(ref destination, offset) = (byte)ascii;

    /// <summary>Writes two characters, the first in the lowest bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put(ref byte destination, int offset, ushort text) =>
        Unsafe.WriteUnaligned(ref Skip(ref destination, offset), BitConverter.IsLittleEndian ? text : BinaryPrimitives.ReverseEndianness(text));

    /// <summary>Writes four characters, the first in the lowest bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put(ref byte destination, int offset, uint text) =>
        Unsafe.WriteUnaligned(ref Skip(ref destination, offset), BitConverter.IsLittleEndian ? text : BinaryPrimitives.ReverseEndianness(text));

    /// <summary>Writes eight characters, the first in the lowest bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put(ref byte destination, int offset, ulong text) =>
        Unsafe.WriteUnaligned(ref Skip(ref destination, offset), BitConverter.IsLittleEndian ? text : BinaryPrimitives.ReverseEndianness(text));

    /// <summary>Copies the two bytes of a table that belong to a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyPair(ref byte destination, int offset, ReadOnlySpan<byte> pairs, uint number)
    {
        Debug.Assert((number * 2) + 1 < pairs.Length, "Who calls this knows the number to be within the table.");
        ushort pair = Unsafe.ReadUnaligned<ushort>(ref Unsafe.AddByteOffset(ref MemoryMarshal.GetReference(pairs), (nuint)(number * 2)));
        Unsafe.WriteUnaligned(ref Skip(ref destination, offset), pair);
    }

    /// <summary>Reads the two bytes of a table that belong to a number, the first in the lowest bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort ReadPair(ReadOnlySpan<byte> pairs, uint number)
    {
        Debug.Assert((number * 2) + 1 < pairs.Length, "Who calls this knows the number to be within the table.");
        ushort pair = Unsafe.ReadUnaligned<ushort>(ref Unsafe.AddByteOffset(ref MemoryMarshal.GetReference(pairs), (nuint)(number * 2)));
        return BitConverter.IsLittleEndian ? pair : BinaryPrimitives.ReverseEndianness(pair);
    }

    /// <summary>The room for a value, for a formatter of the base class library.</summary>
    public static Span<byte> RoomForValue(ref byte destination) => MemoryMarshal.CreateSpan(ref destination, EventWriter.MaxValueBytes);

    /// <summary>
    /// Copies bytes that are known to the compiler, which makes one store of a constant of nine to sixteen, and a few moves of others. Touches
    /// <see cref="LiteralTouched"/> bytes where they are fewer.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref byte CopyLiteral(ref byte destination, scoped ReadOnlySpan<byte> literal)
    {
        ref byte from = ref MemoryMarshal.GetReference(literal);
        int length = literal.Length;
        if (BitConverter.IsLittleEndian && length is > 8 and <= 16)
        {
            StartAndEnd(ref from, length, 0).StoreUnsafe(ref destination);
        }
        else
        {
            Unsafe.CopyBlockUnaligned(ref destination, ref from, (uint)length);
        }

        return ref Skip(ref destination, length);
    }

    /// <summary>Copies the same and a quote, which belongs to the constant if there is room in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref byte CopyLiteralAndQuote(ref byte destination, scoped ReadOnlySpan<byte> literal)
    {
        ref byte from = ref MemoryMarshal.GetReference(literal);
        int length = literal.Length;
        if (BitConverter.IsLittleEndian && length is > 8 and < 16)
        {
            StartAndEnd(ref from, length, '"').StoreUnsafe(ref destination);
        }
        else
        {
            Unsafe.CopyBlockUnaligned(ref destination, ref from, (uint)length);
            Skip(ref destination, length) = (byte)'"';
        }

        return ref Skip(ref destination, length + 1);
    }

    /// <summary>Nine to sixteen bytes, and a character behind them if there are fewer than sixteen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> StartAndEnd(ref byte from, int length, ulong next)
    {
        // The first eight, and the last eight without those that are among the first.
        ulong start = Unsafe.ReadUnaligned<ulong>(ref from);
        ulong end = Unsafe.ReadUnaligned<ulong>(ref Skip(ref from, length - 8)) >> ((16 - length) * 8);
        return Vector128.Create(start, end | (next << ((length - 8) * 8))).AsByte();
    }

    /// <summary>Copies sixteen bytes of which only the first are meant: one move, where the room behind them may be touched.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref byte CopyPadded(ref byte destination, scoped ReadOnlySpan<byte> padded, int length)
    {
        Debug.Assert(padded.Length == Vector128<byte>.Count && length <= padded.Length, "Sixteen bytes are copied.");
        Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(padded)).StoreUnsafe(ref destination);
        return ref Skip(ref destination, length);
    }

    /// <summary>Copies bytes of any length, mostly few: reads and writes those and no others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref byte Copy(ref byte destination, scoped ReadOnlySpan<byte> source)
    {
        ref byte from = ref MemoryMarshal.GetReference(source);
        int length = source.Length;
        if (length is >= 8 and <= 16)
        {
            CopyEnds<ulong>(ref destination, ref from, length);
        }
        else if (length is > 16 and <= 32)
        {
            CopyEnds<(ulong, ulong)>(ref destination, ref from, length);
        }
        else if (length is >= 4 and < 8)
        {
            CopyEnds<uint>(ref destination, ref from, length);
        }
        else
        {
            Unsafe.CopyBlockUnaligned(ref destination, ref from, (uint)length);
        }

        return ref Skip(ref destination, length);
    }

    /// <summary>The same without inlining, for callers that are inlined many times.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ref byte CopyMember(ref byte destination, scoped ReadOnlySpan<byte> member) => ref Copy(ref destination, member);

    /// <summary>Copies the first and the last bytes, which overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyEnds<T>(ref byte destination, ref byte source, int length)
        where T : unmanaged
    {
        int last = length - Unsafe.SizeOf<T>();
        T first = Unsafe.ReadUnaligned<T>(ref source);
        T end = Unsafe.ReadUnaligned<T>(ref Skip(ref source, last));
        Unsafe.WriteUnaligned(ref destination, first);
        Unsafe.WriteUnaligned(ref Skip(ref destination, last), end);
    }
}
