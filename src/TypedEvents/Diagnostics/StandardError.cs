using System.Runtime.InteropServices;
using System.Text;

namespace TypedEvents;

/// <summary>Writes lines to the process's standard error.</summary>
/// <remarks>
/// On Linux and macOS it doesn't use <see cref="Console"/>, whose terminal support would be a tenth of what the library adds to a Native AOT
/// executable, for a single line. <see cref="Console.SetError"/> has no effect there.
/// </remarks>
internal static class StandardError
{
    private const int Descriptor = 2;

    public static void WriteLine(string line)
    {
        // Constants to the compiler of an executable, which leaves out the other branch.
        if (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
        {
            WriteLine(Descriptor, line);
        }
        else
        {
            Console.Error.WriteLine(line);
        }
    }

    /// <summary>
    /// Writes a line at the position of a descriptor, which others write to as well: in one call, so that theirs don't end up inside it. What can't be
    /// written, because the descriptor is closed, nobody reads it or the disk is full, is dropped.
    /// </summary>
    internal static void WriteLine(int descriptor, string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line + Environment.NewLine);
        var pinned = GCHandle.Alloc(bytes, GCHandleType.Pinned);
        try
        {
            nint written = 1;
            for (nint from = 0; from < bytes.Length && written > 0; from += written)
            {
                written = Write(descriptor, pinned.AddrOfPinnedObject() + from, bytes.Length - from);
            }
        }
        finally
        {
            pinned.Free();
        }
    }

    [DllImport("libc", EntryPoint = "write")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Write(int descriptor, nint bytes, nint count);
}
