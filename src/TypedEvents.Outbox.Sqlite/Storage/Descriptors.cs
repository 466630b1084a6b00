using Microsoft.Win32.SafeHandles;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>Tells whether the process or the system has run out of file descriptors. SQLite only reports that a file can't be opened.</summary>
internal static class Descriptors
{
    // EMFILE and ENFILE, and Windows' ERROR_TOO_MANY_OPEN_FILES.
    private static readonly int[] ExhaustedErrors = [24, 23, unchecked((int)0x8007_0004)];

    // An outbox needs its two locks and, for each of two connections, the database, the WAL and the shared memory. A failed attempt has
    // closed its files by now.
    private const int Needed = 10;

    public static bool AreNamedBy(Exception exception) => exception is IOException && Array.IndexOf(ExhaustedErrors, exception.HResult) >= 0;

    /// <summary>Opens as many files as an outbox needs, to find out.</summary>
    public static bool AreExhausted()
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        var opened = new List<SafeFileHandle>(Needed);
        try
        {
            while (opened.Count < Needed)
            {
                opened.Add(File.OpenHandle("/dev/null"));
            }

            return false;
        }
        catch (IOException exception)
        {
            return AreNamedBy(exception);
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        finally
        {
            foreach (SafeFileHandle handle in opened)
            {
                handle.Dispose();
            }
        }
    }
}
