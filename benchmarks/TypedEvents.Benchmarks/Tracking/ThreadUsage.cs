using System.Runtime.InteropServices;

namespace TypedEvents.Benchmarks;

/// <summary>What the calling thread has used so far, as the kernel counts it (Linux, <c>getrusage</c>).</summary>
internal readonly record struct ThreadUsage(long PageFaults, long Waits)
{
    private const int OfThread = 1;

    public static ThreadUsage Now
    {
        get
        {
            if (!OperatingSystem.IsLinux())
            {
                throw new PlatformNotSupportedException("Reading the usage of a thread is supported on Linux only.");
            }

            _ = GetUsage(OfThread, out Usage usage);
            return new ThreadUsage(usage.MinorFaults + usage.MajorFaults, usage.VoluntarySwitches);
        }
    }

    public static ThreadUsage operator -(ThreadUsage one, ThreadUsage other) => new(one.PageFaults - other.PageFaults, one.Waits - other.Waits);

    /// <summary>Makes a system call that nothing else makes, so that a trace shows where a measurement begins and ends.</summary>
    public static void Mark() => _ = GetParentProcess();

    [DllImport("libc", EntryPoint = "getrusage")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetUsage(int who, out Usage usage);

    [DllImport("libc", EntryPoint = "getppid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetParentProcess();

    [StructLayout(LayoutKind.Explicit, Size = 144)]
    private struct Usage
    {
        [FieldOffset(64)]
        public long MinorFaults;

        [FieldOffset(72)]
        public long MajorFaults;

        [FieldOffset(128)]
        public long VoluntarySwitches;
    }
}
