using System.Buffers.Binary;
using System.Globalization;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>The database and the files beside it.</summary>
internal sealed class OutboxFiles
{
    private const int HeaderLength = 100;
    private const int ApplicationIdOffset = 68;
    private const string CopyInfix = ".restoring-";

    private OutboxFiles(string database) => Database = database;

    /// <summary>The database. SQLite keeps <c>-wal</c> and <c>-shm</c> beside it.</summary>
    public string Database { get; }

    /// <summary>
    /// Each process that has the outbox open holds a shared lock on this file. An exclusive lock means that no other process has it open.
    /// </summary>
    public string OpenLock => Database + "-open.lock";

    /// <summary>The process that holds an exclusive lock on this file may send.</summary>
    public string ClaimLock => Database + "-claim.lock";

    /// <summary>SQLite's write-ahead log.</summary>
    public string Wal => Database + "-wal";

    /// <summary>SQLite's rollback journal: it exists for a moment when the database is created.</summary>
    public string Journal => Database + "-journal";

    /// <summary>Whether there is no database, or an empty file: an outbox is never empty after it was created.</summary>
    public bool IsDatabaseMissing => !File.Exists(Database) || new FileInfo(Database).Length == 0;

    /// <summary>Whether there is a log with content. SQLite deletes a log whose database is missing or empty.</summary>
    public bool HasLog => File.Exists(Wal) && new FileInfo(Wal).Length > WalInspection.HeaderLength;

    /// <summary>Whether the lock file identifies the database as an outbox, whatever its header contains.</summary>
    public bool IsKnownAsOutbox => File.Exists(OpenLock) && new FileInfo(OpenLock).Length > 0;

    /// <summary>SQLite's shared memory file.</summary>
    public string SharedMemory => Database + "-shm";

    /// <summary>All files that an outbox writes.</summary>
    public IEnumerable<string> All => [Database, Wal, SharedMemory, Journal, OpenLock, ClaimLock];

    /// <exception cref="ArgumentException">The path isn't a file path.</exception>
    /// <exception cref="IOException">The path can't be used for an outbox. The message names the cause.</exception>
    public static OutboxFiles At(string path, string parameter = "path")
    {
        OutboxFiles files = ToRead(path, parameter);
        var file = new FileInfo(Path.GetFullPath(path));
        if (file.LinkTarget is not null && !Directory.Exists(files.Database) && (!File.Exists(files.Database) || new FileInfo(files.Database).Length == 0))
        {
            throw new IOException(
                $"'{file.FullName}' is a symbolic link to '{files.Database}', which isn't an outbox yet, and the outbox doesn't create files through a link. Use the path '{files.Database}' itself if that is intended, or remove the link.");
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

    /// <summary>The files of an outbox that is only read, wherever it is.</summary>
    /// <exception cref="ArgumentException">The path isn't a file path.</exception>
    /// <exception cref="IOException">The path can't be followed.</exception>
    public static OutboxFiles ToRead(string path, string parameter)
    {
        PathRules.Check(path, parameter);

        // Links are resolved, so that two processes that open one file by different links use the same lock files.
        var file = new FileInfo(Path.GetFullPath(path));
        try
        {
            return new OutboxFiles(file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
        }
        catch (IOException exception)
        {
            throw StoreErrors.NotOpened(file.FullName, exception);
        }
    }

    /// <summary>Checks that the file is an outbox, as far as its header or the lock file beside it tell.</summary>
    /// <exception cref="InvalidDataException">The file isn't an outbox.</exception>
    public void ThrowIfForeign()
    {
        if (!File.Exists(Database) || IsKnownAsOutbox)
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

        throw Foreign(isDatabase: header.StartsWith("SQLite format 3\0"u8));
    }

    /// <summary>The error that says that the file belongs to something else.</summary>
    public InvalidDataException Foreign(bool isDatabase) => new(
        isDatabase
            ? $"'{Database}' is a SQLite database of another application, and was not changed. Choose another path for the outbox, which needs a separate file."
            : $"'{Database}' is not a database, and was not changed. Choose another path for the outbox, or move that file away.");

    /// <summary>The error that says that a newer version wrote the file.</summary>
    public InvalidDataException Newer(long version) => new(
        $"The outbox '{Database}' has schema version {version}, and this version of TypedEvents.Outbox.Sqlite knows versions up to {Schema.Version}. Update the package, or choose another path. The file was not changed.");

    /// <summary>Creates an empty file that only its owner can read. SQLite gives its other files the same mode.</summary>
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

    /// <summary>The contents of the lock file. They identify the database as an outbox even if its header is destroyed.</summary>
    public static ReadOnlySpan<byte> OpenLockText => "Processes that have the outbox open hold a lock on this file. Never delete it while one of them runs.\n"u8;

    /// <summary>Creates the lock file of an outbox that has lost it.</summary>
    /// <exception cref="IOException">The file can't be created.</exception>
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
            // Another process has just created it.
        }
    }

    /// <summary>Removes other users' permissions from files that exist already, whatever mode they were created with.</summary>
    /// <returns>The files that other users could read or write.</returns>
    /// <exception cref="IOException">The mode of a file can't be changed.</exception>
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
                    $"'{file}' can be read or written by other users, and this process is not permitted to change its mode. Run as its owner: chmod 600 {ShellQuote(file)}. ({exception.Message})",
                    exception);
            }

            changed.Add(file);
        }

        return changed;
    }

    /// <summary>An unused path for a copy that is to take the place of the missing database.</summary>
    public string NameCopy() => $"{Database}{CopyInfix}{Guid.NewGuid():N}";

    /// <summary>The copies that processes left behind, the newest first.</summary>
    public IReadOnlyList<string> FindCopies()
    {
        string name = Path.GetFileName(Database) + CopyInfix;
        int length = Database.Length + CopyInfix.Length + Guid.Empty.ToString("N").Length;
        return
        [
            .. Directory.EnumerateFiles(Path.GetDirectoryName(Database)!)
                .Where(file => file.Length == length && Path.GetFileName(file).StartsWith(name, StringComparison.Ordinal))
                .OrderByDescending(File.GetLastWriteTimeUtc),
        ];
    }

    /// <summary>An unused path beside the database: its name, a word and a date.</summary>
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

    /// <summary>The page size from the database's header; if that isn't valid, 4,096, which every outbox has.</summary>
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

    /// <summary>Copies the database and its WAL to a path with a date, durably. Only the owner can read the copy.</summary>
    /// <returns>The new path.</returns>
    public string CopyAside(string what, DateTimeOffset now)
    {
        string aside = NameAside(what, now);
        try
        {
            foreach (string suffix in (ReadOnlySpan<string>)["-wal", ""])
            {
                using var source = new FileStream(Database + suffix, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var copy = new FileStream(aside + suffix, FileLock.OwnerOnly(FileMode.CreateNew, FileAccess.Write, FileShare.None));
                source.CopyTo(copy);
                copy.Flush(flushToDisk: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Each start would leave another incomplete copy.
            foreach (string part in ((string[])[aside + "-wal", aside]).Where(File.Exists))
            {
                File.Delete(part);
            }

            throw new IOException(
                $"The write-ahead log of the outbox '{Database}' is damaged, and must be copied before it is used, because SQLite overwrites what follows the damage. The copy '{aside}' couldn't be written. Free {new FileInfo(Database).Length + new FileInfo(Wal).Length} bytes on its disk, or move '{Database}' and '{Wal}' together to another folder and salvage them there (SqliteOutbox.SalvageAsync). ({exception.Message})",
                exception);
        }

        return aside;
    }

    /// <summary>Moves the database and its WAL to a path with a date.</summary>
    /// <returns>The new path.</returns>
    public string MoveAside(DateTimeOffset now)
    {
        string aside = NameAside("corrupt", now);

        // The WAL first: if the process ends in between, the next one finds the corrupt database again.
        foreach (string suffix in (ReadOnlySpan<string>)["-wal", "-shm", ""])
        {
            if (File.Exists(Database + suffix))
            {
                File.Move(Database + suffix, aside + suffix);
            }
        }

        return aside;
    }

    /// <summary>Checks that the path is a place for an outbox, whatever the file there contains.</summary>
    /// <exception cref="IOException">It isn't. The message names the cause.</exception>
    public void CheckPlace()
    {
        string folder = Path.GetDirectoryName(Database)!;
        if (Directory.Exists(Database))
        {
            throw new IOException($"'{Database}' is a folder. Use the path of a file for the outbox, such as '{Path.Combine(Database, "events.db")}'.");
        }

        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"The folder '{folder}' of the outbox '{Database}' doesn't exist. Create it, or choose another path.");
        }

        string mounts = MountTable.Read();
        string realFolder = FileFacts.RealPath(folder);
        foreach (string file in All)
        {
            CheckKind(file, Path.Combine(realFolder, Path.GetFileName(file)), mounts);
            if (File.Exists(file) && File.GetAttributes(file).HasFlag(FileAttributes.ReadOnly))
            {
                throw new IOException($"'{file}' is read-only. Make it writable for the user that this process runs as, or choose another path for the outbox.");
            }
        }
    }

    /// <summary>A command that finds all names of a file: they are on its file system.</summary>
    private static string FindNames(string realPath, string mounts) =>
        MountTable.FindMountPoint(mounts, realPath) is { } mountPoint
            ? $"find {ShellQuote(mountPoint)} -xdev -samefile {ShellQuote(realPath)}"
            : $"find / -samefile {ShellQuote(realPath)}";

    private static string ShellQuote(string path) => $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private void CheckKind(string file, string realPath, string mounts)
    {
        if (FileFacts.Of(file) is not { } facts)
        {
            return;
        }

        if (facts.IsSymbolicLink)
        {
            throw new IOException(
                $"'{file}' is a symbolic link, and the outbox doesn't follow links for the files beside its database. Remove the link. If the outbox should be elsewhere, use the path of the database there.");
        }

        if (!facts.IsRegular)
        {
            throw new IOException($"'{file}' is a device, a pipe or a socket, but the outbox needs a file. Remove it, or choose another path for the outbox.");
        }

        if (file == Database && facts.Links > 1)
        {
            throw new IOException(
                $"'{file}' has {facts.Links} names (hard links): two processes that open it by different names use different logs, and destroy each other's events. Find the other names with: {FindNames(realPath, mounts)}; remove all but one. To share the file with a container, mount its folder.");
        }

        // The mount table has no symbolic links.
        if (MountTable.HasMountPoint(mounts, realPath))
        {
            throw new IOException(
                $"'{file}' is mounted as a single file, without its folder. SQLite's log and the lock files beside it would be in a different place in each container, and events would be lost. Mount the folder '{Path.GetDirectoryName(file)}' instead.");
        }
    }
}
