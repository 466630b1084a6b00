using System.Text;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// Which files are open, to be compared with those that have their names now. A file that is deleted, moved or replaced stays open on
/// Unix, and SQLite goes on to write to it: into a file that the next process won't find.
/// </summary>
internal sealed class FileIdentity
{
    private readonly OpenFile[] _files;

    private FileIdentity(OpenFile[] files) => _files = files;

    /// <summary>Remembers the files that are open: after both connections have read, for then there is a log.</summary>
    public static FileIdentity Of(OutboxFiles files) =>
        new([new(files.Database, isDatabase: true), new(files.Wal), new(files.SharedMemory), new(files.OpenLock)]);

    /// <summary>The same with a file that has just been opened, in the place of one of that name if there is one.</summary>
    public FileIdentity With(string path) => new([.. _files.Where(file => file.Path != path), new OpenFile(path)]);

    /// <summary>The same without a file that isn't open any more.</summary>
    public FileIdentity Without(string path) => new([.. _files.Where(file => file.Path != path)]);

    /// <returns>The first file that isn't where it was, the database first; <see langword="null"/> where all are, or nothing can be known.</returns>
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

    public FileChange? FindChange(string path) => Array.Find(_files, file => file.Path == path)?.FindChange();

    /// <summary>That the database is shorter than it was is no fault.</summary>
    public void AcceptSize() => _files[0].ForgetSize();

    private sealed class OpenFile
    {
        private readonly byte[] _utf8;
        private readonly FileFacts? _opened;
        private readonly bool _isDatabase;
        private long _size;

        public OpenFile(string path, bool isDatabase = false)
        {
            Path = path;
            _utf8 = Encoding.UTF8.GetBytes(path + '\0');
            _opened = FileFacts.HasIdentity ? FileFacts.Of(path) : null;
            _isDatabase = isDatabase;
        }

        public string Path { get; }

        public FileChange? FindChange()
        {
            if (_opened is not { } opened)
            {
                return null;
            }

            if (FileFacts.Of(_utf8, out bool isMissing) is not { } now)
            {
                return isMissing ? new FileChange(Path, FileChangeKind.Removed) : null;
            }

            if (!now.IsSameFileAs(opened))
            {
                return new FileChange(Path, FileChangeKind.Replaced);
            }

            // A log becomes shorter at times, and the outbox's database never does.
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
