using System.Text;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// The identities of the open files, compared with the files that have their names now. On Unix a file that was deleted, moved or replaced
/// stays open, and SQLite continues to write to it: to a file that the next process won't find.
/// </summary>
internal sealed class FileIdentity
{
    private readonly OpenFile[] _files;

    private FileIdentity(OpenFile[] files) => _files = files;

    /// <summary>Records the open files. Call it after both connections have read, because only then the log exists.</summary>
    public static FileIdentity Of(OutboxFiles files) =>
        new([new(files.Database, isDatabase: true), new(files.Wal), new(files.SharedMemory), new(files.OpenLock)]);

    /// <summary>A copy that includes a file that has just been opened, replacing one of the same name.</summary>
    public FileIdentity With(string path) => new([.. _files.Where(file => file.Path != path), new OpenFile(path)]);

    /// <summary>A copy without a file that is no longer open.</summary>
    public FileIdentity Without(string path) => new([.. _files.Where(file => file.Path != path)]);

    /// <returns>The first file that has changed, the database first; <see langword="null"/> if none has, or if it can't be known.</returns>
    public FileChange? FindChange()
    {
        foreach (OpenFile file in _files)
        {
            if (file.FindChange() is { } change)
            {
                return change;
            }
        }

        return null;
    }

    /// <summary>Whether the database is a given file, as far as that can be known.</summary>
    public bool IsDatabase(FileFacts facts) => _files[0].Is(facts);

    public FileChange? FindChange(string path) => Array.Find(_files, file => file.Path == path)?.FindChange();

    /// <summary>Accepts that the database is shorter than before.</summary>
    public void AcceptSize() => _files[0].ForgetSize();

    private sealed class OpenFile
    {
        private readonly byte[] _utf8;
        private readonly FileFacts? _opened;
        private readonly bool _isMissing;
        private readonly bool _isDatabase;
        private long _size;

        public OpenFile(string path, bool isDatabase = false)
        {
            Path = path;
            _utf8 = Encoding.UTF8.GetBytes(path + '\0');
            _opened = FileFacts.HasIdentity ? FileFacts.Of(_utf8, out _isMissing) : null;
            _isDatabase = isDatabase;
        }

        public string Path { get; }

        public bool Is(FileFacts facts) => _opened is { } opened ? opened.IsSameFileAs(facts) : !_isMissing;

        public FileChange? FindChange()
        {
            if (_opened is not { } opened)
            {
                // Deleted between the opening and the first look at it.
                return _isMissing ? new FileChange(Path, FileChangeKind.Removed) : null;
            }

            if (FileFacts.Of(_utf8, out bool isMissing) is not { } now)
            {
                return isMissing ? new FileChange(Path, FileChangeKind.Removed) : null;
            }

            if (!now.IsSameFileAs(opened))
            {
                return new FileChange(Path, FileChangeKind.Replaced);
            }

            // A log becomes shorter at times; the outbox's database doesn't.
            if (_isDatabase && now.Size < Volatile.Read(ref _size))
            {
                return new FileChange(Path, FileChangeKind.Truncated);
            }

            Volatile.Write(ref _size, now.Size);
            return null;
        }

        public void ForgetSize() => Volatile.Write(ref _size, 0);
    }
}
