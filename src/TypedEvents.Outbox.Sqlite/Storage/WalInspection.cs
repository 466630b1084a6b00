using System.Buffers.Binary;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// Checks SQLite's write-ahead log before SQLite reads it. SQLite takes the first frame with a wrong checksum for the end of the log,
/// because a commit that was interrupted by a power failure looks the same; its next commit overwrites what follows. Valid frames after
/// that point were written later, so the invalid frame isn't the end.
/// </summary>
/// <remarks>The format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log.</remarks>
internal sealed class WalInspection
{
    /// <summary>The length of the log's header in bytes. Frames follow it.</summary>
    public const int HeaderLength = 32;

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
        IsDamaged = valid.Any(frame => frame.Index >= readableFrames && frame.IsCommit && HasFramesBehind(frame));
    }

    public int PageSize { get; }

    /// <summary>The number of frames that SQLite reads: those before the first one with a wrong checksum.</summary>
    public int ReadableFrames { get; }

    /// <summary>The number of valid frames of the same generation that follow it.</summary>
    public int FramesBehind { get; }

    /// <summary>All valid frames, in order.</summary>
    public IReadOnlyList<WalFrame> Valid { get; }

    /// <summary>
    /// Whether a valid frame follows a commit behind the point where SQLite stops reading. A power failure may leave the frames of the last commit in any
    /// combination, but no later ones: the next commit begins only after this one is on the disk.
    /// </summary>
    public bool IsDamaged { get; }

    private bool HasFramesBehind(WalFrame commit) => Valid[^1].Index > commit.Index;

    /// <param name="wal">The log.</param>
    /// <param name="databasePageSize">The page size from the database's header, for a log whose own header is damaged.</param>
    /// <returns><see langword="null"/> if there is no log, or it isn't one.</returns>
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

        // SQLite uses the byte order of its host, and a damaged header doesn't tell which one that was.
        bool isBigEndian = isHeaderSound ? (magic & 1) != 0 : !BitConverter.IsLittleEndian;
        ulong? generation = isHeaderSound ? BinaryPrimitives.ReadUInt64BigEndian(header.AsSpan(16)) : null;
        return Read(wal, pageSize, isBigEndian, generation, isHeaderSound ? sound : null);
    }

    /// <summary>Reads the page of a valid frame.</summary>
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
            // The first frame of a log with a damaged header can't be checked; it tells the generation of the others.
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

            // Each checksum continues the previous one. The stored value seeds the next one, whether or not this frame matches it.
            seed = salts == generation ? stored : null;
        }

        return new WalInspection(pageSize, committed, valid);
    }

    private static bool IsPageSize(int size) => size is >= MinPageSize and <= MaxPageSize && (size & (size - 1)) == 0;
}
