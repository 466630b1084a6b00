using System.Text;
using Microsoft.Win32.SafeHandles;

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

    /// <summary>Writes a line at the position of a descriptor, which others write to as well.</summary>
    internal static void WriteLine(nint descriptor, string line)
    {
        using var stream = new FileStream(new SafeFileHandle(descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        stream.Write(Encoding.UTF8.GetBytes(line + Environment.NewLine));

        // A stream keeps a position of its own in a file. Getting its handle moves the descriptor's position behind the line, which the next
        // writer would overwrite otherwise.
        _ = stream.SafeFileHandle;
    }
}
