namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// An operating system lock on a whole file: the kernel releases it as soon as the process dies. The lock file is never deleted: a process
/// that has it open would keep a lock on a file that no other process can find, and a second one could lock the new file.
/// </summary>
internal static class FileLock
{
    // EWOULDBLOCK on Linux and on macOS, and Windows' sharing violation.
    private static readonly int[] RejectedErrors = [11, 35, unchecked((int)0x8007_0020)];

    /// <returns>The lock, or <see langword="null"/> if any process, including this one, holds a lock.</returns>
    public static FileStream? TryTakeExclusive(string path) => TryTake(path, FileAccess.ReadWrite, FileShare.None);

    /// <returns>The lock, or <see langword="null"/> if an exclusive lock is held.</returns>
    public static FileStream? TryTakeShared(string path) => TryTake(path, FileAccess.Read, FileShare.Read);

    /// <summary>Options for a file that only its owner can read and write.</summary>
    public static FileStreamOptions OwnerOnly(FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    /// <summary>Whether an error means that the lock is held by another owner.</summary>
    public static bool IsHeld(IOException exception) => Array.IndexOf(RejectedErrors, exception.HResult) >= 0;

    private static FileStream? TryTake(string path, FileAccess access, FileShare share)
    {
        try
        {
            while (true)
            {
                // A file that was deleted or replaced before it was locked is a lock that no other process finds.
                var file = new FileStream(path, OwnerOnly(FileMode.OpenOrCreate, access, share));
                if (FileFacts.Of(file.SafeFileHandle) is not { } locked || FileFacts.Of(path) is not { } named || named.IsSameFileAs(locked))
                {
                    return file;
                }

                file.Dispose();
            }
        }
        catch (IOException exception) when (IsHeld(exception))
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.NotOpened(path, exception);
        }
    }
}
