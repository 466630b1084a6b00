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

    /// <summary>EINTR: a signal interrupted the call.</summary>
    private const int Interrupted = 4;

    private const int MaxWaits = 10;

    /// <summary>EAGAIN: a pipe or terminal that doesn't block is full.</summary>
    private static int WouldBlock => OperatingSystem.IsMacOS() ? 35 : 11;

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
    /// Writes a line at the position of a descriptor, which others write to as well: in one call, so that theirs don't end up inside it, unless it is
    /// too long for a pipe. What can't be written, because the descriptor is closed, the disk is full, or nobody has read it for 0.1 s, is dropped.
    /// </summary>
    internal static void WriteLine(int descriptor, string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line + Environment.NewLine);
        var pinned = GCHandle.Alloc(bytes, GCHandleType.Pinned);
        try
        {
            int waits = 0;
            nint from = 0;
            while (from < bytes.Length)
            {
                nint written = Write(descriptor, pinned.AddrOfPinnedObject() + from, bytes.Length - from);
                if (written > 0)
                {
                    from += written;
                    continue;
                }

                int error = Marshal.GetLastPInvokeError();
                if (error == WouldBlock && waits++ < MaxWaits)
                {
                    Thread.Sleep(10);
                }
                else if (error != Interrupted)
                {
                    return;
                }
            }
        }
        finally
        {
            pinned.Free();
        }
    }

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Write(int descriptor, nint bytes, nint count);
}
