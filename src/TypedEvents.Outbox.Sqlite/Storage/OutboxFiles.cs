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

    /// <summary>SQLite's log.</summary>
    public string Wal => Database + "-wal";

    /// <summary>The memory that processes share, as SQLite has it.</summary>
    public string SharedMemory => Database + "-shm";

    /// <summary>All that an outbox writes to.</summary>
    public IEnumerable<string> All => [Database, Wal, SharedMemory, OpenLock, ClaimLock];

    /// <exception cref="ArgumentException">It is not the path of a file.</exception>
    /// <exception cref="IOException">There can be no outbox: the message says why.</exception>
    public static OutboxFiles At(string path, string parameter = "path")
    {
        PathRules.Check(path, parameter);

        // By the file's real place: the locks of two processes must not lie beside two links to one file.
        var file = new FileInfo(Path.GetFullPath(path));
        OutboxFiles files;
        try
        {
            files = new OutboxFiles(file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
        }
        catch (IOException exception)
        {
            throw StoreErrors.NotOpened(file.FullName, exception);
        }

        if (file.LinkTarget is not null && !Directory.Exists(files.Database) && (!File.Exists(files.Database) || new FileInfo(files.Database).Length == 0))
        {
            throw new IOException(
                $"'{file.FullName}' is a symbolic link to '{files.Database}', where there is no outbox yet, and nothing is written through a link to something else. Name '{files.Database}' itself if that is meant, or remove the link.");
        }

        try
        {
            files.CheckPlace();
            return files;
        }
        catch (IOException exception) when (Descriptors.AreNamedBy(exception))
        {
            throw StoreErrors.NoDescriptors(files.Database, exception);
        }
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

    /// <summary>What stands in the lock file of a database that was an outbox, whatever becomes of its header.</summary>
    public static ReadOnlySpan<byte> OpenLockText => "The processes that have the outbox beside it open have a lock on this file. Never delete it while one runs.\n"u8;

    /// <summary>Makes the lock file of an outbox that has lost it.</summary>
    /// <exception cref="IOException">It can't be made.</exception>
    public void CreateOpenLock()
    {
        if (File.Exists(OpenLock))
        {
            return;
        }

        try
        {
            using var file = new FileStream(OpenLock, FileLock.OwnerOnly(FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite));
            file.Write(OpenLockText);
        }
        catch (IOException) when (File.Exists(OpenLock))
        {
            // By another process, just now.
        }
    }

    /// <summary>Takes from others the right to read what is there already, with whatever mode it was made.</summary>
    /// <returns>The files that others could read.</returns>
    /// <exception cref="IOException">The mode of one can't be changed.</exception>
    public IReadOnlyList<string> TakeFromOthers()
    {
        List<string> changed = [];
        if (OperatingSystem.IsWindows())
        {
            return changed;
        }

        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach (string file in All.Where(File.Exists))
        {
            UnixFileMode mode = File.GetUnixFileMode(file);
            if ((mode & ~Owner) == 0)
            {
                continue;
            }

            try
            {
                File.SetUnixFileMode(file, mode & Owner);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new IOException(
                    $"'{file}' can be read or written by other users, and this process may not change that. As its owner run: chmod 600 '{file}'. ({exception.Message})",
                    exception);
            }

            changed.Add(file);
        }

        return changed;
    }

    /// <summary>A name beside the database that nobody has, with a word and a date.</summary>
    public string NameAside(string what, DateTimeOffset now)
    {
        string name = $"{Database}.{what}-{now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}";
        string aside = name;
        for (int i = 2; File.Exists(aside); i++)
        {
            aside = $"{name}-{i}";
        }

        return aside;
    }

    /// <summary>The size of the database's pages as its header has it; 4,096, which every outbox has, where that can't be.</summary>
    public int ReadPageSize()
    {
        const int PageSizeOffset = 16;
        const int Default = 4096;
        Span<byte> header = stackalloc byte[HeaderLength];
        using var file = new FileStream(Database, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
        {
            return Default;
        }

        int size = BinaryPrimitives.ReadUInt16BigEndian(header[PageSizeOffset..]);
        return size == 1 ? 65536 : size >= 512 && (size & (size - 1)) == 0 ? size : Default;
    }

    /// <summary>Copies the database, with its WAL, to a name with a date, durably, for its owner only.</summary>
    /// <returns>The new path.</returns>
    public string CopyAside(string what, DateTimeOffset now)
    {
        string aside = NameAside(what, now);
        foreach (string suffix in (ReadOnlySpan<string>)["-wal", ""])
        {
            using var source = new FileStream(Database + suffix, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new FileStream(aside + suffix, FileLock.OwnerOnly(FileMode.CreateNew, FileAccess.Write, FileShare.None));
            source.CopyTo(copy);
            copy.Flush(flushToDisk: true);
        }

        return aside;
    }

    /// <summary>Gives the database, with its WAL, a name with a date.</summary>
    /// <returns>The new path.</returns>
    public string MoveAside(DateTimeOffset now)
    {
        string aside = NameAside("corrupt", now);

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

        string mounts = MountTable.Read();
        foreach (string file in All)
        {
            CheckKind(file, mounts);
            if (File.Exists(file) && File.GetAttributes(file).HasFlag(FileAttributes.ReadOnly))
            {
                throw new IOException($"'{file}' is read-only. Make it writable for the user that this process runs as, or choose another path for the outbox.");
            }
        }
    }

    private void CheckKind(string file, string mounts)
    {
        if (FileFacts.Of(file) is not { } facts)
        {
            return;
        }

        if (facts.IsSymbolicLink)
        {
            throw new IOException(
                $"'{file}' is a symbolic link, and the outbox writes through none beside its database. Remove the link; if it was to put the outbox elsewhere, name the database there.");
        }

        if (!facts.IsRegular)
        {
            throw new IOException($"'{file}' is a device, a pipe or a socket, and the outbox needs a file. Remove it, or choose another path for the outbox.");
        }

        if (file == Database && facts.Links > 1)
        {
            throw new IOException(
                $"'{file}' has {facts.Links} names (hard links): two processes that open it by two names have two logs, and destroy each other's events. Find the others with: find / -xdev -samefile '{file}'; remove all but one. To share the file with a container, mount its folder.");
        }

        if (MountTable.HasMountPoint(mounts, file))
        {
            throw new IOException(
                $"'{file}' is mounted by itself, without its folder. SQLite's log and the locks beside it would be in another place for every container, and events would be lost. Mount the folder '{Path.GetDirectoryName(file)}' instead.");
        }
    }
}
