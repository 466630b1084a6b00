using System.Runtime.InteropServices;

namespace TypedEvents.Benchmarks;

/// <summary>The CPU time of the calling thread, which doesn't include waiting for a core.</summary>
internal static class ThreadTime
{
    private const int ThreadCpuTime = 3;

    public static double Nanoseconds
    {
        get
        {
            if (!OperatingSystem.IsLinux())
            {
                throw new PlatformNotSupportedException("Reading the CPU time of a thread is supported on Linux only.");
            }

            _ = GetTime(ThreadCpuTime, out TimeSpec time);
            return (time.Seconds * 1e9) + time.Nanoseconds;
        }
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetTime(int clock, out TimeSpec time);

    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
