using System.Runtime.InteropServices;
using System.Text;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// Renames a file to a name that must be free, in one step. On Unix, <see cref="File.Move(string, string)"/> checks the name first and then
/// renames, and so overwrites a file that another process creates in between.
/// </summary>
internal static class ExclusiveMove
{
    private const int AlreadyExists = 17;

    /// <returns>Whether the file was renamed; <see langword="false"/> if the name is taken.</returns>
    /// <exception cref="IOException">The file can't be renamed.</exception>
    public static bool TryMove(string from, string to)
    {
        try
        {
            switch (Rename(Encoding.UTF8.GetBytes(from + '\0'), Encoding.UTF8.GetBytes(to + '\0')))
            {
                case 0:
                    return true;
                case AlreadyExists:
                    return false;
            }
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            // An old C library, or none that can be loaded.
        }

        // The file system can't do it in one step, or another error, which this reports.
        try
        {
            File.Move(from, to, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(from) && File.Exists(to))
        {
            return false;
        }
    }

    /// <returns>0, or the error number.</returns>
    private static int Rename(byte[] from, byte[] to)
    {
        const int CurrentFolder = -100;
        const uint NoReplace = 1;
        const uint Exclusive = 4;
        int result = OperatingSystem.IsLinux() ? renameat2(CurrentFolder, from, CurrentFolder, to, NoReplace)
            : OperatingSystem.IsMacOS() ? renamex_np(from, to, Exclusive)
            : throw new EntryPointNotFoundException();
        return result == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

#pragma warning disable IDE1006 // The names are those of the C library.
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int renameat2(int fromFolder, byte[] from, int toFolder, byte[] to, uint flags);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int renamex_np(byte[] from, byte[] to, uint flags);
#pragma warning restore IDE1006
}
