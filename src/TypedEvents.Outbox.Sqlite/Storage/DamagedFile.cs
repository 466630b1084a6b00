using System.Buffers.Binary;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// Reads the pages of a database that SQLite may no longer open, taking the newest version of each page from the valid frames of its
/// write-ahead log or from the file. It doesn't use SQLite, which starts with the first page and stops at the first damage.
/// </summary>
/// <remarks>The format: https://www.sqlite.org/fileformat2.html.</remarks>
internal sealed class DamagedFile : IDisposable
{
    private const int FirstFreePageOffset = 32;
    private const int UserVersionOffset = 60;
    private const int ApplicationIdOffset = 68;

    private readonly Stream _database;
    private readonly FileStream? _wal;
    private readonly WalInspection? _log;
    private readonly Dictionary<uint, WalFrame> _newest = [];
    private readonly HashSet<uint> _free = [];

    public DamagedFile(string path)
    {
        // Its log alone may be left.
        _database = File.Exists(path) ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read) : Stream.Null;
        PageSize = PageSizeOf(_database);
        if (File.Exists(path + "-wal"))
        {
            _wal = new FileStream(path + "-wal", FileMode.Open, FileAccess.Read, FileShare.Read);
            _log = WalInspection.Of(_wal, PageSize);
            PageSize = _log?.PageSize ?? PageSize;
        }

        if (_log is not null)
        {
            // Frames after the last commit were never acknowledged.
            int last = _log.Valid.LastOrDefault(frame => frame.IsCommit, new WalFrame(-1, 0, false)).Index;
            foreach (WalFrame frame in _log.Valid.Where(frame => frame.Index <= last))
            {
                _newest[frame.Page] = frame;
            }
        }

        PageCount = Math.Max((uint)((_database.Length + PageSize - 1) / PageSize), _newest.Count > 0 ? _newest.Keys.Max() : 0);
        IsFreeListRead = ReadFreeList();
        if (!IsFreeListRead)
        {
            // Some of what was read may be garbage, and name pages in use.
            _free.Clear();
        }
    }

    public int PageSize { get; }

    public uint PageCount { get; }

    /// <summary>SQLite's <c>user_version</c>; <see langword="null"/> if the first page is damaged.</summary>
    public uint? SchemaVersion => Header(UserVersionOffset);

    /// <summary>SQLite's <c>application_id</c>; <see langword="null"/> if the first page is damaged.</summary>
    public uint? ApplicationId => Header(ApplicationIdOffset);

    public int LogFramesBehindDamage => _log?.FramesBehind ?? 0;

    /// <summary>Whether the list of free pages could be read. Free pages still contain deleted rows.</summary>
    public bool IsFreeListRead { get; }

    public bool IsFree(uint page) => _free.Contains(page);

    /// <returns>The page; <see langword="null"/> if the file ends before it.</returns>
    public byte[]? Read(uint page)
    {
        if (page == 0 || page > PageCount)
        {
            return null;
        }

        byte[] bytes = new byte[PageSize];
        if (_newest.TryGetValue(page, out WalFrame frame))
        {
            _log!.ReadPage(_wal!, frame, bytes);
            return bytes;
        }

        _database.Position = (page - 1L) * PageSize;
        return _database.ReadAtLeast(bytes, PageSize, throwOnEndOfStream: false) == PageSize ? bytes : null;
    }

    public void Dispose()
    {
        _database.Dispose();
        _wal?.Dispose();
    }

    private uint? Header(int offset) => Read(1) is { } first && first.AsSpan().StartsWith("SQLite format 3\0"u8)
        ? BinaryPrimitives.ReadUInt32BigEndian(first.AsSpan(offset))
        : null;

    private static int PageSizeOf(Stream database)
    {
        byte[] header = new byte[18];
        int size = database.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length
            ? 0
            : BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(16));
        return size == 1 ? 65536 : size >= 512 && (size & (size - 1)) == 0 && header.AsSpan().StartsWith("SQLite format 3\0"u8) ? size : 4096;
    }

    /// <summary>The list consists of trunk pages; each has the number of the next one, the number of its leaves, and their page numbers.</summary>
    private bool ReadFreeList()
    {
        if (Read(1) is not { } first || !first.AsSpan().StartsWith("SQLite format 3\0"u8))
        {
            return false;
        }

        uint count = BinaryPrimitives.ReadUInt32BigEndian(first.AsSpan(FirstFreePageOffset + 4));
        uint trunk = BinaryPrimitives.ReadUInt32BigEndian(first.AsSpan(FirstFreePageOffset));
        while (trunk != 0)
        {
            if (Read(trunk) is not { } page || !_free.Add(trunk))
            {
                return false;
            }

            uint leaves = BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(4));
            if (leaves > (PageSize / 4) - 2)
            {
                return false;
            }

            for (int i = 0; i < leaves; i++)
            {
                uint leaf = BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(8 + (i * 4)));
                if (leaf < 2 || leaf > PageCount || !_free.Add(leaf))
                {
                    return false;
                }
            }

            trunk = BinaryPrimitives.ReadUInt32BigEndian(page);
        }

        return _free.Count == count;
    }
}
