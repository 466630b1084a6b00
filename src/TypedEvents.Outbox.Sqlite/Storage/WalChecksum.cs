using System.Buffers.Binary;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>The checksum of SQLite's write-ahead log.</summary>
internal readonly record struct WalChecksum(uint First, uint Second)
{
    public static WalChecksum At(byte[] bytes, int offset) => new(
        BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(offset)),
        BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(offset + 4)));

    /// <param name="bytes">The bytes to add; their number is a multiple of 8.</param>
    /// <param name="isBigEndian">Whether the bytes are read as big-endian numbers.</param>
    public WalChecksum Add(ReadOnlySpan<byte> bytes, bool isBigEndian)
    {
        (uint first, uint second) = (First, Second);
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            first += Number(bytes, isBigEndian) + second;
            second += Number(bytes[4..], isBigEndian) + first;
        }

        return new WalChecksum(first, second);
    }

    private static uint Number(ReadOnlySpan<byte> bytes, bool isBigEndian) =>
        isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
