using System.Buffers.Binary;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// Looks into SQLite's write-ahead log before SQLite does. SQLite takes the first frame with a wrong checksum for the log's end, as a
/// commit that a loss of power cut short looks the same, and overwrites what follows with its next commit. Valid frames behind that
/// point were written later, so the wrong one isn't the end.
/// </summary>
/// <remarks>The format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log.</remarks>
internal sealed class WalInspection
{
    private const int HeaderLength = 32;
    private const int FrameHeaderLength = 24;
    private const uint Magic = 0x377F_0682;
    private const int MinPageSize = 512;
    private const int MaxPageSize = 65536;

    private WalInspection(int pageSize, int readableFrames, IReadOnlyList<WalFrame> valid)
    {
        PageSize = pageSize;
        ReadableFrames = readableFrames;
        Valid = valid;
        FramesBehind = valid.Count(frame => frame.Index >= readableFrames);
    }

    public int PageSize { get; }

    /// <summary>How many frames SQLite reads: up to the first whose checksum is wrong.</summary>
    public int ReadableFrames { get; }

    /// <summary>How many valid frames of the same generation follow that one.</summary>
    public int FramesBehind { get; }

    /// <summary>All that are valid, in their order.</summary>
    public IReadOnlyList<WalFrame> Valid { get; }

    public bool IsDamaged => FramesBehind > 0;

    /// <param name="wal">The log.</param>
    /// <param name="databasePageSize">As the database's header has it, for a log whose own header is damaged.</param>
    /// <returns><see langword="null"/> where there is no log, or none that could be one.</returns>
    public static WalInspection? Of(Stream wal, int databasePageSize)
    {
        byte[] header = new byte[HeaderLength];
        if (wal.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength)
        {
            return null;
        }

        uint magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        var seed = default(WalChecksum);
        WalChecksum sound = seed.Add(header.AsSpan(0, 24), isBigEndian: (magic & 1) != 0);
        bool isHeaderSound = (magic & ~1u) == Magic && sound == WalChecksum.At(header, 24) && IsPageSize((int)BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(8)));
        int pageSize = isHeaderSound ? (int)BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(8)) : databasePageSize;
        if (!IsPageSize(pageSize))
        {
            return null;
        }

        // SQLite writes in its machine's order, and a damaged header doesn't say which that was.
        bool isBigEndian = isHeaderSound ? (magic & 1) != 0 : !BitConverter.IsLittleEndian;
        ulong? generation = isHeaderSound ? BinaryPrimitives.ReadUInt64BigEndian(header.AsSpan(16)) : null;
        return Read(wal, pageSize, isBigEndian, generation, isHeaderSound ? sound : null);
    }

    /// <summary>The page of a valid frame.</summary>
    public void ReadPage(Stream wal, WalFrame frame, byte[] page)
    {
        wal.Position = HeaderLength + ((long)frame.Index * (FrameHeaderLength + PageSize)) + FrameHeaderLength;
        wal.ReadExactly(page, 0, PageSize);
    }

    private static WalInspection Read(Stream wal, int pageSize, bool isBigEndian, ulong? generation, WalChecksum? seed)
    {
        List<WalFrame> valid = [];
        byte[] frame = new byte[FrameHeaderLength + pageSize];
        int committed = 0;
        bool isReadable = seed is not null;
        for (int index = 0; wal.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) == frame.Length; index++)
        {
            // The first frame of a log with a damaged header has nothing to be checked by; it says which generation the others belong to.
            ulong salts = BinaryPrimitives.ReadUInt64BigEndian(frame.AsSpan(8));
            generation ??= salts;
            var stored = WalChecksum.At(frame, 16);
            uint page = BinaryPrimitives.ReadUInt32BigEndian(frame);
            bool isValid = salts == generation && page > 0 && seed is { } before
                && before.Add(frame.AsSpan(0, 8), isBigEndian).Add(frame.AsSpan(FrameHeaderLength), isBigEndian) == stored;
            if (isValid)
            {
                bool isCommit = BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(4)) > 0;
                valid.Add(new WalFrame(index, page, isCommit));
            }

            isReadable &= isValid;
            committed = isReadable ? index + 1 : committed;

            // Each checksum goes on from the one before it. What is stored is the seed of the next, whether or not this frame agrees with it.
            seed = salts == generation ? stored : null;
        }

        return new WalInspection(pageSize, committed, valid);
    }

    private static bool IsPageSize(int size) => size is >= MinPageSize and <= MaxPageSize && (size & (size - 1)) == 0;
}
