using System.Buffers.Binary;
using System.Globalization;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>The database and what stands beside it.</summary>
internal sealed class OutboxFiles
{
    private const int HeaderLength = 100;
    private const int ApplicationIdOffset = 68;

    private OutboxFiles(string database) => Database = database;

    /// <summary>The database. SQLite keeps <c>-wal</c> and <c>-shm</c> beside it.</summary>
    public string Database { get; }

    /// <summary>Whoever has the file open has a shared lock on this one; an exclusive one says that nobody else has.</summary>
    public string OpenLock => Database + "-open.lock";

    /// <summary>Whoever has an exclusive lock on this one may send.</summary>
    public string ClaimLock => Database + "-claim.lock";

    /// <exception cref="IOException">There can be no outbox: the message says why.</exception>
    public static OutboxFiles At(string path)
    {
        // By the file's real place: the locks of two processes must not lie beside two links to one file.
        var file = new FileInfo(Path.GetFullPath(path));
        var files = new OutboxFiles(file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
        files.CheckPlace();
        return files;
    }

    /// <summary>Whether the file is one of ours, as far as its header or the lock beside it tell.</summary>
    /// <exception cref="InvalidDataException">It isn't.</exception>
    public void ThrowIfForeign()
    {
        if (!File.Exists(Database) || (File.Exists(OpenLock) && new FileInfo(OpenLock).Length > 0))
        {
            return;
        }

        Span<byte> header = stackalloc byte[HeaderLength];
        int length;
        using (var file = new FileStream(Database, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0))
        {
            length = file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        }

        if (length == 0 || (length == HeaderLength && BinaryPrimitives.ReadInt32BigEndian(header[ApplicationIdOffset..]) == Schema.ApplicationId))
        {
            return;
        }

        throw new InvalidDataException(header.StartsWith("SQLite format 3\0"u8)
            ? $"'{Database}' is a SQLite database of something else, and is left as it is. Choose another path for the outbox: it needs a file of its own."
            : $"'{Database}' is not a database, and is left as it is. Choose another path for the outbox, or move that file away.");
    }

    /// <summary>Makes an empty file that only its owner can read: SQLite gives its other files the same mode.</summary>
    public void CreateIfMissing()
    {
        if (File.Exists(Database))
        {
            return;
        }

        try
        {
            new FileStream(Database, FileLock.OwnerOnly(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite)).Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.NotOpened(Database, exception);
        }
    }

    /// <summary>Gives the database, with its WAL, a name with a date.</summary>
    /// <returns>The new path.</returns>
    public string MoveAside(DateTimeOffset now)
    {
        string name = $"{Database}.corrupt-{now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}";
        string aside = name;
        for (int i = 2; File.Exists(aside); i++)
        {
            aside = $"{name}-{i}";
        }

        // The WAL first: should this process end in between, the database is still there to be found corrupt again.
        foreach (string suffix in (ReadOnlySpan<string>)["-wal", "-shm", ""])
        {
            if (File.Exists(Database + suffix))
            {
                File.Move(Database + suffix, aside + suffix);
            }
        }

        return aside;
    }

    private void CheckPlace()
    {
        string folder = Path.GetDirectoryName(Database)!;
        if (Directory.Exists(Database))
        {
            throw new IOException($"'{Database}' is a folder. Name a file for the outbox, such as '{Path.Combine(Database, "events.db")}'.");
        }

        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"The folder '{folder}' of the outbox '{Database}' doesn't exist. Create it, or choose another path.");
        }

        foreach (string file in (ReadOnlySpan<string>)[Database, Database + "-wal", OpenLock, ClaimLock])
        {
            if (File.Exists(file) && File.GetAttributes(file).HasFlag(FileAttributes.ReadOnly))
            {
                throw new IOException($"'{file}' is read-only. Make it writable for the user that this process runs as, or choose another path for the outbox.");
            }
        }
    }
}
