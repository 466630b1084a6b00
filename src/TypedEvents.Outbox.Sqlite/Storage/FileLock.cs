namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// A lock of the operating system on a whole file: the kernel gives it back the moment the process dies. The file is never deleted:
/// who had it open would keep a lock on a file that nobody sees any more, and a second one could have the new file.
/// </summary>
internal static class FileLock
{
    // EWOULDBLOCK on Linux and on macOS, and Windows' sharing violation.
    private static readonly int[] RejectedErrors = [11, 35, unchecked((int)0x8007_0020)];

    /// <returns>The lock, or <see langword="null"/> where anybody has one, this process included.</returns>
    public static FileStream? TryTakeExclusive(string path) => TryTake(path, FileAccess.ReadWrite, FileShare.None);

    /// <returns>The lock, or <see langword="null"/> where somebody has an exclusive one.</returns>
    public static FileStream? TryTakeShared(string path) => TryTake(path, FileAccess.Read, FileShare.Read);

    /// <summary>Makes a file that only its owner can read and write.</summary>
    public static FileStreamOptions OwnerOnly(FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    /// <summary>Whether an error says that somebody else has the lock.</summary>
    public static bool IsHeld(IOException exception) => Array.IndexOf(RejectedErrors, exception.HResult) >= 0;

    private static FileStream? TryTake(string path, FileAccess access, FileShare share)
    {
        try
        {
            return new FileStream(path, OwnerOnly(FileMode.OpenOrCreate, access, share));
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
