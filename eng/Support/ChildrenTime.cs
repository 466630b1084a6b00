using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TypedEvents.Eng.Support;

/// <summary>
/// The CPU time, user and system, of all processes that this one has started, and of those that they started, once they have ended.
/// </summary>
internal static partial class ChildrenTime
{
    private static readonly nint Job = OperatingSystem.IsWindows() ? EnterJob() : 0;

    public static TimeSpan Now()
    {
        if (OperatingSystem.IsWindows())
        {
            return InJob();
        }

        if (GetResourceUsage(-1, out ResourceUsage usage) != 0)
        {
            throw new EngException($"getrusage failed with {Marshal.GetLastPInvokeErrorMessage()}.");
        }

        return usage.User.ToTimeSpan() + usage.System.ToTimeSpan();
    }

    private static nint EnterJob()
    {
        nint job = CreateJob(0, 0);
        using Process self = Process.GetCurrentProcess();
        return job != 0 && AssignProcessToJob(job, self.Handle)
            ? job
            : throw new EngException($"The CPU time of processes can't be measured: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    private static TimeSpan InJob()
    {
        if (!QueryJob(Job, 1, out JobAccounting accounting, Marshal.SizeOf<JobAccounting>(), 0))
        {
            throw new EngException($"The CPU time of processes can't be read: {Marshal.GetLastPInvokeErrorMessage()}.");
        }

        using Process self = Process.GetCurrentProcess();
        return new TimeSpan(accounting.TotalUserTime + accounting.TotalKernelTime) - self.TotalProcessorTime;
    }

    [LibraryImport("libc", EntryPoint = "getrusage", SetLastError = true)]
    private static partial int GetResourceUsage(int who, out ResourceUsage usage);

    [LibraryImport("kernel32", EntryPoint = "CreateJobObjectW", SetLastError = true)]
    private static partial nint CreateJob(nint attributes, nint name);

    [LibraryImport("kernel32", EntryPoint = "AssignProcessToJobObject", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool AssignProcessToJob(nint job, nint process);

    [LibraryImport("kernel32", EntryPoint = "QueryInformationJobObject", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool QueryJob(nint job, int kind, out JobAccounting accounting, int length, nint returned);

    /// <summary>timeval: macOS has 32 bits for microseconds, and Linux 64, whose upper half is 0.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeValue
    {
        private readonly long _seconds;
        private readonly int _microseconds;
        private readonly int _padding;

        public TimeSpan ToTimeSpan() => TimeSpan.FromSeconds(_seconds) + TimeSpan.FromMicroseconds(_microseconds);
    }

    /// <summary>rusage: two times and 14 figures that are not used here.</summary>
    [StructLayout(LayoutKind.Sequential, Size = (2 * 16) + (14 * 8))]
    private readonly struct ResourceUsage
    {
        public readonly TimeValue User;
        public readonly TimeValue System;
    }

    /// <summary>JOBOBJECT_BASIC_ACCOUNTING_INFORMATION; times in units of 100 ns.</summary>
    [StructLayout(LayoutKind.Sequential, Size = (4 * 8) + (4 * 4))]
    private readonly struct JobAccounting
    {
        public readonly long TotalUserTime;
        public readonly long TotalKernelTime;
    }
}
