using System.Diagnostics;
using System.Globalization;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>
/// A file system without file locks, such as a network mount, simulated by a preloaded library that fails SQLite's lock requests. SQLite
/// mistakes some of these errors for a lock of another process.
/// </summary>
public sealed class NoLocksTests : OutboxTests
{
    private const string Source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <stdarg.h>
        #include <stdlib.h>

        static int reject(const char *name, int fd, int command, void *argument) {
            if (command == F_SETLK || command == F_SETLKW || command == F_OFD_SETLK) {
                errno = atoi(getenv("LOCK_ERROR"));
                return -1;
            }
            int (*next)(int, int, ...) = (int (*)(int, int, ...))dlsym(RTLD_NEXT, name);
            return next(fd, command, argument);
        }

        int fcntl(int fd, int command, ...) {
            va_list arguments;
            va_start(arguments, command);
            void *argument = va_arg(arguments, void *);
            va_end(arguments);
            return reject("fcntl", fd, command, argument);
        }

        int fcntl64(int fd, int command, ...) {
            va_list arguments;
            va_start(arguments, command);
            void *argument = va_arg(arguments, void *);
            va_end(arguments);
            return reject("fcntl64", fd, command, argument);
        }
        """;

    [Theory]
    [InlineData(13)] // EACCES: SMB
    [InlineData(37)] // ENOLCK: NFS without its lock service
    [InlineData(95)] // EOPNOTSUPP: some FUSE
    [InlineData(22)] // EINVAL
    public async Task The_missing_locks_are_reported_immediately(int error)
    {
        string library = await CompileAsync();
        using ChildProcess child = ChildProcess.Start(
            ["open", Folder.Outbox],
            ("LD_PRELOAD", library),
            ("LOCK_ERROR", error.ToString(CultureInfo.InvariantCulture)));
        string? said = await child.ReadLineAsync();
        Assert.StartsWith($"IOException: The file system of the outbox '{Folder.Outbox}' doesn't support file locks", said, StringComparison.Ordinal);
        await child.EndAsync();
        Assert.Equal([], Directory.GetFiles(Folder.Path, "*-wal"));
    }

    private async Task<string> CompileAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It needs LD_PRELOAD.");
        string source = Path.Combine(Folder.Path, "locks.c");
        string library = Path.Combine(Folder.Path, "locks.so");
        await File.WriteAllTextAsync(source, Source, Cancellation);
        try
        {
            using var compiler = Process.Start("cc", ["-shared", "-fPIC", "-o", library, source, "-ldl"]);
            await compiler.WaitForExitAsync(Cancellation);
            Assert.Equal(0, compiler.ExitCode);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("It needs a C compiler (cc).");
        }

        return library;
    }
}
