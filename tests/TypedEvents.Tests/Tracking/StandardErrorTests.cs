using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TypedEvents.Tests;

public sealed class StandardErrorTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public StandardErrorTests() => Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Other systems write to Console.Error.");

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData(FileMode.Create)]
    [InlineData(FileMode.Append)]
    public void Lines_in_a_file_do_not_overwrite_those_of_others(FileMode mode)
    {
        File.WriteAllText(_file, "before\n");
        using (SafeFileHandle opened = Open(mode))
        {
            int descriptor = (int)opened.DangerousGetHandle();
            StandardError.WriteLine(descriptor, "first €");
            StandardError.WriteLine(descriptor, "second");
            WriteAsOthers(descriptor, "other\n"u8);
            StandardError.WriteLine(descriptor, "third");
        }

        Assert.Equal((mode == FileMode.Append ? "before\n" : "") + "first €\nsecond\nother\nthird\n", File.ReadAllText(_file));
    }

    [Fact]
    public void Lines_that_are_written_at_once_stay_whole_and_overwrite_none()
    {
        const int Writers = 4, Lines = 1000;
        using (SafeFileHandle opened = Open(FileMode.Create))
        {
            int descriptor = (int)opened.DangerousGetHandle();
            var writers = new Thread[Writers];
            for (int i = 0; i < Writers; i++)
            {
                bool isOther = i % 2 == 0;
                writers[i] = new Thread(() =>
                {
                    for (int line = 0; line < Lines; line++)
                    {
                        if (isOther)
                        {
                            WriteAsOthers(descriptor, "other\n"u8);
                        }
                        else
                        {
                            StandardError.WriteLine(descriptor, "a line");
                        }
                    }
                });
            }

            Array.ForEach(writers, writer => writer.Start());
            Array.ForEach(writers, writer => writer.Join());
        }

        string[] lines = File.ReadAllLines(_file);
        Assert.Equal(Writers * Lines, lines.Length);
        Assert.Equal(Writers / 2 * Lines, lines.Count(line => line == "a line"));
        Assert.Equal(Writers / 2 * Lines, lines.Count(line => line == "other"));
    }

    [Fact]
    public void A_line_that_cannot_be_written_is_dropped()
    {
        StandardError.WriteLine(int.MaxValue, "no such descriptor");
        using SafeFileHandle readable = File.OpenHandle(_file, access: FileAccess.Read);
        StandardError.WriteLine((int)readable.DangerousGetHandle(), "not writable");

        Assert.Equal(0, new FileInfo(_file).Length);
    }

    /// <summary>A terminal or pipe that another program has opened may not block.</summary>
    [Fact]
    public async Task A_line_waits_for_a_full_pipe_that_does_not_block()
    {
        var ends = new int[2];
        Assert.Equal(0, Pipe(ends));
        using var readable = new SafeFileHandle(ends[0], ownsHandle: true);
        using var writable = new SafeFileHandle(ends[1], ownsHandle: true);
        const int SetFlags = 4;
        Assert.Equal(0, Control(ends[1], SetFlags, OperatingSystem.IsMacOS() ? 0x4 : 0x800));
        byte[] filling = new byte[4096];
        int filled = 0;
        while (Write(ends[1], in filling[0], filling.Length) is > 0 and var written)
        {
            filled += (int)written;
        }

        // It has begun to wait when the pipe is read, or has not yet begun.
        Task waiting = Task.Run(() => StandardError.WriteLine(ends[1], "a line"), TestContext.Current.CancellationToken);
        using var reader = new FileStream(readable, FileAccess.Read, bufferSize: 0);
        await reader.ReadExactlyAsync(new byte[filled], TestContext.Current.CancellationToken);
        await waiting;
        writable.Dispose();
        using var text = new StreamReader(reader);
        Assert.Equal("a line\n", await text.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    private SafeFileHandle Open(FileMode mode) => new FileStream(_file, mode, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0).SafeFileHandle;

    /// <summary>Writes as <see cref="Console"/> and other processes do: by the system call, at the position that all who have the descriptor share.</summary>
    private static void WriteAsOthers(int descriptor, ReadOnlySpan<byte> line) => Assert.Equal(line.Length, Write(descriptor, in line[0], line.Length));

    [DllImport("libc", EntryPoint = "write")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Write(int descriptor, in byte bytes, nint count);

    [DllImport("libc", EntryPoint = "pipe")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Pipe([Out] int[] ends);

    [DllImport("libc", EntryPoint = "fcntl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int descriptor, int command, nint value);
}
