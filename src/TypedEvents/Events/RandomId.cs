using System.Buffers.Binary;
using System.Security.Cryptography;

namespace TypedEvents;

/// <summary>
/// Creates the ids by which EngageLab recognizes a repeated report: UUIDs of version 7 (RFC 9562), which sort by time.
/// The random bits are from the operating system's cryptographic source, in a block per thread: a system call for each id
/// would cost more than the rest of an event.
/// </summary>
internal static class RandomId
{
    private const int BlockBytes = 4096;
    private const int BytesPerId = 10;

    [ThreadStatic]
    private static byte[]? _block;

    [ThreadStatic]
    private static int _used;

    public static Guid New(DateTimeOffset now)
    {
        byte[]? block = _block;
        if (block is null || _used + BytesPerId > BlockBytes)
        {
            block = _block ??= new byte[BlockBytes];
            RandomNumberGenerator.Fill(block);
            _used = 0;
        }

        Span<byte> random = block.AsSpan(_used, BytesPerId);
        _used += BytesPerId;

        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(id, now.ToUnixTimeMilliseconds() << 16);
        random.CopyTo(id[6..]);
        id[6] = (byte)((id[6] & 0x0F) | 0x70);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);

        // Used random bytes are erased, so that a dump of the process doesn't contain the random part of ids that were sent.
        random.Clear();
        return new Guid(id, bigEndian: true);
    }
}
