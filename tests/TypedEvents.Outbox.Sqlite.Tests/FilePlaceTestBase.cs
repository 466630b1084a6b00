namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>
/// The file is deleted, moved or replaced while a process has it open: only events that the next process will find are acknowledged.
/// </summary>
public abstract class FilePlaceTestBase : OutboxTests
{
    protected FilePlaceTestBase() => Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows an open file can be neither moved nor deleted.");

    protected string Aside => Folder.Path + "-moved";

    protected string[] SavedFiles() =>
        [.. Directory.GetFiles(Folder.Path, "events.db.saved-*").Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    protected void Delete(params string[] suffixes)
    {
        foreach (string suffix in suffixes)
        {
            File.Delete(Folder.Outbox + suffix);
        }
    }

    protected async Task<IOException> AssertRejectsAsync(SqliteOutbox outbox, string suffix)
    {
        IOException error = await Assert.ThrowsAsync<IOException>(async () => await outbox.AppendAsync([Block("rejected")], Cancellation));
        Assert.Contains($"'{Folder.Outbox}{suffix}' was ", error.Message, StringComparison.Ordinal);
        return error;
    }
}
