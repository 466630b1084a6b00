using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace TypedEvents;

/// <summary>
/// Creates the ids by which EngageLab recognizes a repeated report: UUIDs of version 7 (RFC 9562), which sort by time.
/// The random bits are from the operating system's cryptographic source, in a block per thread: a system call for each id
/// would cost more than the rest of an event.
/// </summary>
/// <remarks>
/// A thread that has used up its block exchanges it for one that <see cref="Refill"/> has filled in the background, so that its call takes no longer
/// than others. Only where there is none, it fills its block itself.
/// </remarks>
internal static class RandomId
{
    private const int BlockBytes = 4096;
    private const int BytesPerId = 10;

    /// <summary>The blocks that are filled in the background: enough for 3,000 ids, and as many again while these are being filled.</summary>
    private const int MaxBlocks = 8;

    private static readonly byte[]?[] Filled = new byte[MaxBlocks][];
    private static readonly byte[]?[] UsedUp = new byte[MaxBlocks][];

    /// <summary>Whether a thread found no filled block since the last <see cref="Refill"/>.</summary>
    private static bool _isBehind;

    [ThreadStatic]
    private static byte[]? _block;

    [ThreadStatic]
    private static int _used;

    public static Guid New(DateTimeOffset now)
    {
        byte[]? block = _block;
        if (block is null || _used + BytesPerId > BlockBytes)
        {
            block = _block = NextBlock(block);
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

    /// <summary>Fills the blocks that were used up, and another one if there were too few. The background loops of the trackers call this.</summary>
    public static void Refill()
    {
        bool isBehind = Volatile.Read(ref _isBehind);
        Volatile.Write(ref _isBehind, false);
        for (int i = 0; i < MaxBlocks; i++)
        {
            if (Volatile.Read(ref Filled[i]) is not null)
            {
                continue;
            }

            byte[]? block = TakeFrom(UsedUp);
            if (block is null && isBehind)
            {
                block = new byte[BlockBytes];
                isBehind = false;
            }

            if (block is null)
            {
                return;
            }

            RandomNumberGenerator.Fill(block);
            PutInto(Filled, block);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static byte[] NextBlock(byte[]? usedUp)
    {
        byte[]? block = TakeFrom(Filled);
        if (block is not null)
        {
            if (usedUp is not null)
            {
                PutInto(UsedUp, usedUp);
            }

            return block;
        }

        // The first block of a thread is no sign that there are too few.
        Volatile.Write(ref _isBehind, _isBehind || usedUp is not null);
        block = usedUp ?? new byte[BlockBytes];
        RandomNumberGenerator.Fill(block);
        return block;
    }

    private static byte[]? TakeFrom(byte[]?[] blocks)
    {
        for (int i = 0; i < blocks.Length; i++)
        {
            if (Volatile.Read(ref blocks[i]) is not null && Interlocked.Exchange(ref blocks[i], null) is { } block)
            {
                return block;
            }
        }

        return null;
    }

    /// <summary>Keeps a block, or leaves it to the garbage collector if there are enough.</summary>
    private static void PutInto(byte[]?[] blocks, byte[] block)
    {
        for (int i = 0; i < blocks.Length; i++)
        {
            if (Volatile.Read(ref blocks[i]) is null && Interlocked.CompareExchange(ref blocks[i], block, null) is null)
            {
                return;
            }
        }
    }
}
