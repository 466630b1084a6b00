using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// File metadata from the operating system, without following links. .NET exposes neither a file's identity nor its number of names. On
/// Unix the file isn't opened: closing it again would release this process's SQLite locks.
/// </summary>
/// <param name="Device">The file system.</param>
/// <param name="Inode">The file's number in that file system. Both together are its identity, whatever its name.</param>
/// <param name="Links">The number of the file's names (hard links).</param>
/// <param name="Type">The file type, as in <c>st_mode</c>.</param>
/// <param name="Size">The size in bytes.</param>
internal readonly record struct FileFacts(ulong Device, ulong Inode, uint Links, int Type, long Size)
{
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;
    private const int SymbolicLink = 0xA000;
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const int NotFound = 2;
    private const int NotADirectory = 20;

    // Only a success is final: without a free descriptor, for example, the C library can't be loaded.
    private static bool _hasIdentity;

    /// <summary>
    /// Whether file identities can be compared on this platform. On Windows they needn't be: an open database can be neither moved nor deleted.
    /// </summary>
    public static bool HasIdentity => _hasIdentity || (!OperatingSystem.IsWindows() && (_hasIdentity = Probe()));

    public bool IsRegular => Type == RegularFile;

    public bool IsSymbolicLink => Type == SymbolicLink;

    public bool IsSameFileAs(FileFacts other) => Device == other.Device && Inode == other.Inode;

    /// <returns>The metadata; <see langword="null"/> if there is no such file, or its metadata can't be read.</returns>
    public static FileFacts? Of(string path) => Of(Encoding.UTF8.GetBytes(path + '\0'), path, out _);

    /// <summary>The same without an allocation, for frequent calls.</summary>
    /// <param name="path">The path in UTF-8, terminated by a 0.</param>
    /// <param name="isMissing">Whether there is no such file: any other failure, such as missing permissions, proves nothing.</param>
    public static FileFacts? Of(byte[] path, out bool isMissing) => Of(path, null, out isMissing);

    /// <summary>The metadata of an open file, whatever has its name now.</summary>
    /// <returns>The metadata; <see langword="null"/> if it can't be read, as on systems other than Linux.</returns>
    public static FileFacts? Of(SafeFileHandle file)
    {
        const int EmptyPath = 0x1000;
        try
        {
            return OperatingSystem.IsLinux() ? OnLinux((int)file.DangerousGetHandle(), [0], EmptyPath, out _) : null;
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The path without symbolic links; the path itself if that can't be known.</summary>
    public static string RealPath(string path)
    {
        const int MaxLength = 4096;
        if (OperatingSystem.IsWindows())
        {
            return path;
        }

        try
        {
            byte[] real = new byte[MaxLength];
            return realpath(Encoding.UTF8.GetBytes(path + '\0'), real) != 0 ? Encoding.UTF8.GetString(real, 0, Array.IndexOf(real, (byte)0)) : path;
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            return path;
        }
    }

    private static FileFacts? Of(byte[] utf8, string? path, out bool isMissing)
    {
        isMissing = false;
        try
        {
            return OperatingSystem.IsWindows() ? OnWindows(path!) : OperatingSystem.IsLinux() ? OnLinux(CurrentFolder, utf8, NoFollow, out isMissing) : OnMac(utf8, out isMissing);
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            // An old C library: without identities there is no check.
            return null;
        }
    }

    private static bool Probe() => Of("/") is { Inode: > 0 };

    private static FileFacts? OnLinux(int folder, byte[] path, int flags, out bool isMissing)
    {
        const uint BasicStats = 0x7FF;
        var found = default(LinuxStat);
        isMissing = false;
        if (statx(folder, path, flags, BasicStats, ref found) != 0)
        {
            isMissing = Marshal.GetLastPInvokeError() is NotFound or NotADirectory;
            return null;
        }

        return new FileFacts(((ulong)found.DeviceMajor << 32) | found.DeviceMinor, found.Inode, found.Links, found.Mode & TypeMask, (long)found.Size);
    }

    private static FileFacts? OnMac(byte[] path, out bool isMissing)
    {
        // struct stat with 64-bit inodes: st_dev at 0, st_mode at 4, st_nlink at 6, st_ino at 8, st_size at 96.
        byte[] found = new byte[256];
        int result = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? lstat(path, found) : lstat64(path, found);
        isMissing = result != 0 && Marshal.GetLastPInvokeError() is NotFound or NotADirectory;
        return result != 0
            ? null
            : new FileFacts(
                BitConverter.ToUInt32(found, 0),
                BitConverter.ToUInt64(found, 8),
                BitConverter.ToUInt16(found, 6),
                BitConverter.ToUInt16(found, 4) & TypeMask,
                BitConverter.ToInt64(found, 96));
    }

    private static FileFacts? OnWindows(string path)
    {
        // BY_HANDLE_FILE_INFORMATION: the volume at 28, the size at 32, the links at 40, the index at 44.
        if (!File.Exists(path))
        {
            return null;
        }

        byte[] found = new byte[52];
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return !GetFileInformationByHandle(handle, found)
                ? null
                : new FileFacts(
                    BitConverter.ToUInt32(found, 28),
                    ((ulong)BitConverter.ToUInt32(found, 44) << 32) | BitConverter.ToUInt32(found, 48),
                    BitConverter.ToUInt32(found, 40),
                    // Files of deduplicated volumes and of cloud folders are reparse points as well, and are no links.
                    new FileInfo(path).LinkTarget is not null ? SymbolicLink : RegularFile,
                    (long)(((ulong)BitConverter.ToUInt32(found, 32) << 32) | BitConverter.ToUInt32(found, 36)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

#pragma warning disable IDE1006 // The names are those of the C library.
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int statx(int folder, byte[] path, int flags, uint mask, ref LinuxStat found);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint realpath(byte[] path, byte[] real);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int lstat(byte[] path, byte[] found);

    [DllImport("libc", EntryPoint = "lstat$INODE64", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int lstat64(byte[] path, byte[] found);
#pragma warning restore IDE1006

    [DllImport("kernel32", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool GetFileInformationByHandle(SafeFileHandle file, byte[] found);

    /// <summary>The kernel's <c>struct statx</c>: the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct LinuxStat
    {
        [FieldOffset(16)]
        public uint Links;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
