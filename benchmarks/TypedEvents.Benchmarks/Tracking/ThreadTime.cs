using System.Runtime.InteropServices;

namespace TypedEvents.Benchmarks;

/// <summary>The CPU time of the calling thread: waiting for a core that others have doesn't count.</summary>
internal static class ThreadTime
{
    private const int ThreadCpuTime = 3;

    public static double Nanoseconds
    {
        get
        {
            if (!OperatingSystem.IsLinux())
            {
                throw new PlatformNotSupportedException("The CPU time of a thread is read from Linux's clock.");
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
