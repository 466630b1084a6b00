using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>
/// A file needs one name, must be a regular file, must belong to its owner, and must be where locks work. Each test follows the message's
/// remedy.
/// </summary>
public sealed class PlacementTests : OutboxTests
{
    private string Other => Path.Combine(Folder.Path, "other.db");

    [Fact]
    public async Task A_file_with_two_names_is_rejected_until_one_is_removed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The test creates hard links with ln.");
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "a");
        }

        Run("ln", Folder.Outbox, Other);
        foreach (string name in (string[])[Folder.Outbox, Other])
        {
            IOException error = Assert.Throws<IOException>(() => SqliteOutbox.Open(name));
            Assert.Contains($"'{name}' has 2 names", error.Message, StringComparison.Ordinal);
            Assert.Contains("remove all but one", error.Message, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(Directory.GetFiles(Folder.Path), file => file.StartsWith(Other + "-", StringComparison.Ordinal));
        File.Delete(Folder.Outbox);
        await using SqliteOutbox renamed = OpenFile(Other);
        Assert.Equal(["a"], await ListAsync(renamed, OutboxQuery.Pending));
    }

    [Fact]
    public async Task The_command_that_the_message_names_finds_all_names_of_a_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Directory.Exists("/dev/shm"), "It needs a small file system that isn't the root's.");
        string folder = Directory.CreateDirectory(Path.Combine("/dev/shm", $"typedevents-it's-{Guid.NewGuid():N}")).FullName;
        try
        {
            string file = Path.Combine(folder, "events.db");
            string second = Path.Combine(folder, "second.db");
            await OpenFile(file).DisposeAsync();
            Run("ln", file, second);
            string message = Assert.Throws<IOException>(() => SqliteOutbox.Open(file)).Message;
            string command = message[message.IndexOf("find ", StringComparison.Ordinal)..message.IndexOf("; remove all", StringComparison.Ordinal)];
            using var find = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { RedirectStandardOutput = true })!;
            string[] names = (await find.StandardOutput.ReadToEndAsync(Cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal([file, second], names.Order(StringComparer.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("/data/events.db", "/data/events.db")]
    [InlineData("/data/sub/events.db", "/data")]
    [InlineData("/database/events.db", "/")]
    public void The_mount_point_of_a_file_is_the_longest_one_above_it(string file, string point)
    {
        const string Table = """
            22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
            612 590 254:0 /srv/shop /data rw,relatime master:3 - ext4 /dev/vda rw
            611 590 254:0 /srv/shop/events.db /data/events.db rw,relatime - ext4 /dev/vda rw

            """;
        Assert.Equal(point, MountTable.FindMountPoint(Table, file));
        Assert.Null(MountTable.FindMountPoint("", file));
    }

    [Fact]
    public async Task A_file_that_is_mounted_without_its_folder_is_rejected_and_its_folder_is_accepted()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && TryRun("unshare", "-rm", "true"), "It needs a mount namespace.");
        await Open().DisposeAsync();
        string container = Directory.CreateDirectory(Path.Combine(Folder.Path, "container")).FullName;
        string inContainer = Path.Combine(container, "events.db");
        await File.WriteAllBytesAsync(inContainer, [], Cancellation);

        using (ChildProcess file = ChildProcess.StartBy(["unshare", "-rm", "sh", "-c", $"mount --bind '{Folder.Outbox}' '{inContainer}' && exec \"$@\"", "sh"], ["open", inContainer]))
        {
            string said = (await file.ReadLineAsync())!;
            Assert.StartsWith("IOException", said, StringComparison.Ordinal);
            Assert.Contains($"'{inContainer}' is mounted as a single file", said, StringComparison.Ordinal);
            Assert.Contains($"Mount the folder '{container}'", said, StringComparison.Ordinal);
            await file.EndAsync();
        }

        Assert.Equal([inContainer], Directory.GetFiles(container));
        // The mount table has the folder's real path.
        string link = Path.Combine(Folder.Path, "link");
        Directory.CreateSymbolicLink(link, container);
        using (ChildProcess linked = ChildProcess.StartBy(["unshare", "-rm", "sh", "-c", $"mount --bind '{Folder.Outbox}' '{inContainer}' && exec \"$@\"", "sh"], ["open", Path.Combine(link, "events.db")]))
        {
            Assert.Contains("is mounted as a single file", await linked.ReadLineAsync(), StringComparison.Ordinal);
            await linked.EndAsync();
        }

        using ChildProcess folder = ChildProcess.StartBy(["unshare", "-rm", "sh", "-c", $"mount --bind '{Folder.Path}' '{container}' && exec \"$@\"", "sh"], ["open", inContainer]);
        Assert.Equal("opened", await folder.ReadLineAsync());
        await folder.EndAsync();
    }

    [Theory]
    [InlineData("/data/events.db", true)]
    [InlineData("/data/events.db-wal", false)]
    [InlineData("/data", true)]
    [InlineData("/data/my events\\.db", true)]
    [InlineData("/data/été\n.db", true)]
    [InlineData("/dev/vda1", false)]
    public void The_mount_table_is_read_in_the_kernels_format(string file, bool isMounted)
    {
        const string Table = """
            22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
            611 590 254:0 /srv/shop/events.db /data/events.db rw,relatime - ext4 /dev/vda rw
            612 590 254:0 /srv/shop /data rw,relatime master:3 - ext4 /dev/vda rw
            613 590 254:0 /srv/a /data/my\040events\134.db rw,relatime - ext4 /dev/vda rw
            614 590 254:0 /srv/b /data/été\012.db rw,relatime - ext4 /dev/vda rw

            """;
        Assert.Equal(isMounted, MountTable.HasMountPoint(Table, file));
        Assert.False(MountTable.HasMountPoint("", file));
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("outbox")]
    [InlineData("in use")]
    public async Task Permissions_of_other_users_are_removed_and_logged(string kind)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        const UnixFileMode All = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        await using SqliteOutbox? first = kind == "empty" ? null : Open();
        if (first is null)
        {
            await File.WriteAllBytesAsync(Folder.Outbox, [], Cancellation);
        }
        else if (kind == "outbox")
        {
            await first.DisposeAsync();
        }

        foreach (string file in Directory.GetFiles(Folder.Path))
        {
            File.SetUnixFileMode(file, All);
        }

        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, "a");
        await using IOutboxClaim claim = await ClaimAsync(outbox);
        foreach (string file in Directory.GetFiles(Folder.Path))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        string warning = Assert.Single(Logger.Entries, entry => entry.Level == LogLevel.Warning).Text;
        Assert.Contains(Folder.Outbox, warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task If_the_mode_can_not_be_changed_the_message_names_a_remedy_that_works()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            Assert.Skip("It needs root, who can act as another user.");
            return;
        }

        await Open().DisposeAsync();
        const UnixFileMode All = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        File.SetUnixFileMode(Folder.Path, All | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        foreach (string file in Directory.GetFiles(Folder.Path))
        {
            File.SetUnixFileMode(file, All);
        }

        Exception? error = null;
        var other = new Thread(() =>
        {
            // Changes the user of this thread only, which loses root's permissions. The thread ends here.
            _ = setfsuid(12345);
            error = Record.Exception(() => Open());
        });
        other.Start();
        other.Join();
        Assert.IsType<IOException>(error);
        Assert.Contains($"Run as its owner: chmod 600 '{Folder.Outbox}'", error.Message, StringComparison.Ordinal);
        Assert.Equal(All, File.GetUnixFileMode(Folder.Outbox));

        // Apply the remedy to each named file. After that only the owner has access.
        foreach (string file in Directory.GetFiles(Folder.Path))
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await Open().DisposeAsync();
        Assert.Empty(Logger.Entries);
    }

    [Fact]
    public async Task The_mode_of_another_applications_file_is_not_changed()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        await File.WriteAllTextAsync(Folder.Outbox, "something else", Cancellation);
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        File.SetUnixFileMode(Folder.Outbox, Mode);
        Assert.Throws<InvalidDataException>(() => Open());
        Assert.Equal(Mode, File.GetUnixFileMode(Folder.Outbox));
    }

    [Theory]
    [InlineData("-open.lock")]
    [InlineData("-claim.lock")]
    [InlineData("-wal")]
    [InlineData("-shm")]
    public async Task A_link_beside_the_database_is_not_followed(string suffix)
    {
        await File.WriteAllTextAsync(Other, "precious", Cancellation);
        File.CreateSymbolicLink(Folder.Outbox + suffix, Other);
        IOException error = Assert.Throws<IOException>(() => Open());
        Assert.Contains($"'{Folder.Outbox}{suffix}' is a symbolic link", error.Message, StringComparison.Ordinal);
        Assert.Equal("precious", await File.ReadAllTextAsync(Other, Cancellation));

        File.Delete(Folder.Outbox + suffix);
        await Open().DisposeAsync();
        Assert.Equal("precious", await File.ReadAllTextAsync(Other, Cancellation));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_link_to_a_file_that_is_not_an_outbox_does_not_create_one(bool isEmpty)
    {
        if (isEmpty)
        {
            await File.WriteAllBytesAsync(Other, [], Cancellation);
        }

        File.CreateSymbolicLink(Folder.Outbox, Other);
        IOException error = Assert.Throws<IOException>(() => Open());
        Assert.Contains($"Use the path '{Other}' itself", error.Message, StringComparison.Ordinal);
        Assert.Equal(isEmpty, File.Exists(Other));

        await OpenFile(Other).DisposeAsync();
        await using SqliteOutbox linked = Open();
        Assert.Equal(Other, linked.FilePath);
    }

    [Fact]
    public async Task A_link_to_another_applications_file_does_not_change_it()
    {
        await File.WriteAllTextAsync(Other, "precious", Cancellation);
        File.CreateSymbolicLink(Folder.Outbox, Other);
        Assert.Throws<InvalidDataException>(() => Open());
        Assert.Equal("precious", await File.ReadAllTextAsync(Other, Cancellation));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-wal")]
    [InlineData("-shm")]
    [InlineData("-open.lock")]
    [InlineData("-claim.lock")]
    public async Task A_pipe_is_rejected_immediately(string suffix)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes in its file system.");
        Run("mkfifo", Folder.Outbox + suffix);
        IOException error = await Assert.ThrowsAsync<IOException>(() => Task.Run(() => Open(), Cancellation).WaitAsync(TimeSpan.FromMinutes(1), Cancellation));
        Assert.Contains($"'{Folder.Outbox}{suffix}' is a device, a pipe or a socket", error.Message, StringComparison.Ordinal);
        File.Delete(Folder.Outbox + suffix);
        await Open().DisposeAsync();
    }

    [Fact]
    public async Task A_device_is_rejected_immediately()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other devices.");
        IOException error = await Assert.ThrowsAsync<IOException>(() => Task.Run(() => SqliteOutbox.Open("/dev/zero"), Cancellation).WaitAsync(TimeSpan.FromMinutes(1), Cancellation));
        Assert.Contains("is a device", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_error_without_descriptors_names_the_limit()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such limit.");
        using ChildProcess child = ChildProcess.StartBy(["sh", "-c", "ulimit -n 500; exec \"$@\"", "sh"], ["exhausted", Folder.Outbox]);
        List<string> said = [];
        for (int i = 0; i < 12; i++)
        {
            said.Add((await child.ReadLineAsync())!);
        }

        await child.EndAsync();
        Assert.All(said, message => Assert.True(message == "opened" || message.Contains("ulimit -n", StringComparison.Ordinal), message));
        Assert.Contains("ulimit -n", said[0], StringComparison.Ordinal);
        Assert.Equal("opened", said[^1]);
    }

    [Theory]
    [InlineData(10, 3850, "doesn't support file locks")] // SQLITE_IOERR_LOCK
    [InlineData(10, 2314, "doesn't support file locks")] // SQLITE_IOERR_RDLOCK
    [InlineData(10, 5130, "doesn't support file locks")] // SQLITE_IOERR_SHMLOCK
    [InlineData(10, 5386, "doesn't support memory shared between processes")] // SQLITE_IOERR_SHMMAP
    public void A_missing_feature_of_the_file_system_is_named(int code, int extended, string message)
    {
        Exception error = StoreErrors.Describe(Folder.Outbox, new SqliteException("no", code, extended));
        Assert.IsType<IOException>(error);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("Put the file on a local disk", error.Message, StringComparison.Ordinal);
        Assert.Contains(Folder.Outbox, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_disk_errors_are_not_blamed_on_the_file_system()
    {
        Exception error = StoreErrors.Describe(Folder.Outbox, new SqliteException("no", 10, 778)); // SQLITE_IOERR_WRITE
        Assert.Contains("disk is full", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("local disk", error.Message, StringComparison.Ordinal);
    }

    private static void Run(string command, params string[] arguments) => Assert.True(TryRun(command, arguments), command);

    private static bool TryRun(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

#pragma warning disable IDE1006 // The name is that of the C library.
    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int setfsuid(uint user);
#pragma warning restore IDE1006
}
