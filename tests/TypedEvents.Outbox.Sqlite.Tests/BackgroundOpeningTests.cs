using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using TypedEvents.Emulator;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary><c>Open</c> only looks at the file. What may take time is done when a tracker, or the first member that is called, opens it.</summary>
public sealed class BackgroundOpeningTests : OutboxTests
{
    private string OpenLock => Folder.Outbox + "-open.lock";

    [Fact]
    public async Task A_process_that_checks_the_file_delays_neither_Open_nor_Create_and_events_are_delivered_when_it_has_ended()
    {
        await Open().DisposeAsync();
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using ChildProcess checking = ChildProcess.Start(["check", Folder.Outbox]);
        Assert.Equal("checking", await checking.ReadLineAsync());

        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            options.Outbox = SqliteOutbox.Open(Folder.Outbox, new SqliteOutboxOptions { OpeningPatience = TimeSpan.FromMilliseconds(1) });
            options.LoggerFactory = Logger;
        });
        Assert.Equal(TrackResult.Accepted, tracker.Track(Trackers.Alice, new Stored(1, "buffered")));

        IOException failure = await Assert.ThrowsAsync<IOException>(() => tracker.StartAsync(Cancellation));
        Assert.Contains($"that process holds '{OpenLock}' exclusively", failure.Message, StringComparison.Ordinal);
        FlushResult blocked = await tracker.FlushAsync(Cancellation);
        Assert.Equal((FlushOutcome.Blocked, 1), (blocked.Outcome, blocked.Tracker.Buffered));
        Assert.Contains(failure.Message, blocked.Problem, StringComparison.Ordinal);
        Assert.Null(blocked.Outbox);
        Assert.Contains(Logger.Entries, entry => entry.Level == LogLevel.Error && entry.Text.Contains(OpenLock, StringComparison.Ordinal));

        await checking.KillAsync();
        await tracker.StartAsync(Cancellation);
        FlushResult flushed = await tracker.FlushAsync(Cancellation);
        Assert.Equal(FlushOutcome.Settled, flushed.Outcome);
        Trackers.AssertAccountingInvariants(flushed, tracked: 1);
        Assert.Equal(1, emulator.EventCount);
    }

    [Fact]
    public async Task A_long_log_is_recovered_by_the_opening_and_not_by_Open()
    {
        const int Events = 200;
        await using (SqliteOutbox outbox = OpenFile(Folder.Outbox + ".source", new SqliteOutboxOptions { MaxBytes = 64 * 1024 * 1024 }))
        {
            outbox.WriterDatabase.QueryInt64("PRAGMA wal_autocheckpoint = 0");
            string large = new('x', 100_000);
            for (int i = 0; i < Events; i++)
            {
                await AppendAsync(outbox, large);
            }

            // As a killed process leaves it: with a log that no other process has read.
            File.Copy(outbox.FilePath, Folder.Outbox);
            File.Copy(outbox.FilePath + "-wal", Folder.Outbox + "-wal");
            File.Copy(outbox.FilePath + "-open.lock", OpenLock);
        }

        Assert.True(new FileInfo(Folder.Outbox + "-wal").Length > Events * 100_000L);
        string[] before = Directory.GetFiles(Folder.Path);
        await using SqliteOutbox killed = SqliteOutbox.Open(Folder.Outbox);
        Assert.Equal(before.Order(), Directory.GetFiles(Folder.Path).Order()); // Recovering makes SQLite's shared memory file.
        await killed.OpenAsync(Opening(Target("https://api.engagelab.cc")), Cancellation);
        Assert.Equal(Events, (await GetStatisticsAsync(killed)).Pending);
    }

    [Fact]
    public async Task Open_sees_no_lock_and_releases_none()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It reads /proc/locks.");
        await using SqliteOutbox outbox = Open();
        outbox.WriterDatabase.Execute("BEGIN EXCLUSIVE; UPDATE outbox SET is_doubtful = 0");
        string[] locks = LocksOfThisProcess();
        Assert.NotEmpty(locks);
        await using SqliteOutbox second = SqliteOutbox.Open(Folder.Outbox);
        Assert.Equal(locks, LocksOfThisProcess());
        outbox.WriterDatabase.Rollback();

        // Closing any descriptor of the database would release this process's POSIX locks on it.
        string[] LocksOfThisProcess() =>
        [
            .. File.ReadAllLines("/proc/locks")
                .Where(line => line.Contains(" POSIX ", StringComparison.Ordinal) && line.Contains($" {Environment.ProcessId} ", StringComparison.Ordinal))
                .Where(line => line.Contains($":{FileFacts.Of(Folder.Outbox)!.Value.Inode} ", StringComparison.Ordinal))
                .Select(line => line[line.IndexOf(':', StringComparison.Ordinal)..])
                .Order(StringComparer.Ordinal),
        ];
    }

    [Fact]
    public async Task A_newer_schema_in_the_log_makes_StartAsync_and_TrackAsync_throw_and_blocks_a_flush()
    {
        await using (SqliteOutbox source = OpenFile(Folder.Outbox + ".source"))
        {
            source.WriterDatabase.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
            source.WriterDatabase.Execute($"PRAGMA user_version = {Schema.Version + 1}");
            File.Copy(source.FilePath, Folder.Outbox);
            File.Copy(source.FilePath + "-wal", Folder.Outbox + "-wal");
            File.Copy(source.FilePath + "-open.lock", OpenLock);
        }

        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            options.Outbox = SqliteOutbox.Open(Folder.Outbox);
            options.LoggerFactory = Logger;
        });
        await AssertUnusableAsync(tracker, "Update the package");
    }

    [Fact]
    public async Task Another_target_makes_StartAsync_and_TrackAsync_throw_and_blocks_a_flush()
    {
        await using (SqliteOutbox outbox = Open())
        {
            await outbox.OpenAsync(Opening(Target("https://api.engagelab.cc")), Cancellation);
            await AppendAsync(outbox, "a");
        }

        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options => options.Outbox = SqliteOutbox.Open(Folder.Outbox));
        await AssertUnusableAsync(tracker, "https://api.engagelab.cc");
    }

    [Fact]
    public async Task A_member_opens_the_file_without_a_target_and_a_tracker_opens_it_for_its_own_afterwards()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using SqliteOutbox outbox = SqliteOutbox.Open(Folder.Outbox);
        Assert.False(File.Exists(Folder.Outbox));
        Assert.Empty(await outbox.ListAsync(OutboxQuery.Pending, 10, Cancellation));
        Assert.True(File.Exists(Folder.Outbox));
        await AppendAsync(outbox, "{}");

        await outbox.OpenAsync(Opening(Target("https://api.engagelab.cc")), Cancellation);
        await Assert.ThrowsAsync<OutboxUnusableException>(() => outbox.OpenAsync(Opening(Target("https://example.com")), Cancellation).AsTask());
        Assert.Equal(["{}"], await ListAsync(outbox, OutboxQuery.Pending));
    }

    [Fact]
    public async Task An_outbox_that_nothing_has_opened_is_closed_without_a_file()
    {
        SqliteOutbox outbox = SqliteOutbox.Open(Folder.Outbox);
        Assert.Null(await outbox.CloseAsync());
        Assert.Null(await outbox.GetStatisticsAsync(Cancellation));
        Assert.Contains("closed before it was opened", outbox.StatisticsUnavailableReason, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => AppendAsync(outbox, "a"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => outbox.OpenAsync(Opening(Target("https://api.engagelab.cc")), Cancellation).AsTask());
        Assert.Empty(Directory.GetFiles(Folder.Path));
    }

    [Fact]
    public async Task Closing_or_cancelling_ends_an_opening_that_waits()
    {
        await Open().DisposeAsync();
        using FileStream? checking = FileLock.TryTakeExclusive(OpenLock);
        Assert.NotNull(checking);
        var patient = new SqliteOutboxOptions { OpeningPatience = TimeSpan.FromHours(1) };
        SqliteOutbox outbox = SqliteOutbox.Open(Folder.Outbox, patient);

        using (var cancelling = new CancellationTokenSource())
        {
            Task cancelled = outbox.OpenAsync(Opening(Target("https://api.engagelab.cc")), cancelling.Token).AsTask();
            Assert.False(cancelled.IsCompleted);
            await cancelling.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        }

        Task appending = AppendAsync(outbox, "a");
        Assert.False(appending.IsCompleted);
        Assert.Null(await outbox.CloseAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => appending);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_a_log_of_its_own_the_outbox_logs_to_its_trackers(bool isOpenedByMember)
    {
        await (await FillAsync()).DisposeAsync();
        await File.WriteAllBytesAsync(Folder.Outbox, new byte[8192], Cancellation);
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        SqliteOutbox outbox = SqliteOutbox.Open(Folder.Outbox);
        if (isOpenedByMember)
        {
            await outbox.CountAsync(OutboxQuery.Pending, Cancellation);
        }

        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            options.Outbox = outbox;
            options.LoggerFactory = Logger;
        });
        await tracker.StartAsync(Cancellation);
        await outbox.OpenAsync(new OutboxOpening { Target = new OutboxTarget(emulator.BaseAddress, "other"), LoggerFactory = Logger }, Cancellation).AsTask()
            .ContinueWith(static opened => opened.Exception, TaskScheduler.Default);

        Assert.NotNull(outbox.CorruptDatabasePath);
        Assert.Single(Logger.Entries, entry => entry.Level == LogLevel.Critical && entry.Text.Contains(outbox.CorruptDatabasePath, StringComparison.Ordinal));

        async Task<SqliteOutbox> FillAsync()
        {
            SqliteOutbox filled = Open();
            await AppendAsync(filled, "a");
            return filled;
        }
    }

    [Fact]
    public void What_only_a_person_can_change_is_permanent_and_what_may_pass_is_not()
    {
        Assert.True(StoreErrors.IsPermanent(StoreErrors.Describe(Folder.Outbox, new SqliteException("read-only", 8))));
        Assert.True(StoreErrors.IsPermanent(StoreErrors.Describe(Folder.Outbox, new SqliteException("no permission", 3))));
        Assert.True(StoreErrors.IsPermanent(StoreErrors.NotOpened(Folder.Outbox, new UnauthorizedAccessException("no permission"))));
        Assert.True(StoreErrors.IsPermanent(new InvalidDataException("a newer version wrote it")));
        Assert.False(StoreErrors.IsPermanent(StoreErrors.Describe(Folder.Outbox, new SqliteException("locked", 5))));
        Assert.False(StoreErrors.IsPermanent(StoreErrors.Describe(Folder.Outbox, new SqliteException("disk full", 13))));
        Assert.False(StoreErrors.IsPermanent(StoreErrors.Describe(Folder.Outbox, new SqliteException("corrupt, and another process has it open", 11))));
        Assert.False(StoreErrors.IsPermanent(StoreErrors.NotOpened(Folder.Outbox, new IOException("the folder is missing"))));
    }

    private static async Task AssertUnusableAsync(EventTracker tracker, string reason)
    {
        OutboxUnusableException failure = await Assert.ThrowsAsync<OutboxUnusableException>(() => tracker.StartAsync(Cancellation));
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.Equal(TrackResult.Accepted, tracker.Track(Trackers.Alice, new Stored(1, "buffered")));
        OutboxUnusableException thrown = await Assert.ThrowsAsync<OutboxUnusableException>(
            () => tracker.TrackAsync(Trackers.Alice, new Stored(2, "awaited"), cancellationToken: Cancellation).AsTask());
        Assert.Equal(failure.Message, thrown.Message);
        FlushResult blocked = await tracker.FlushAsync(Cancellation);
        Assert.Equal(FlushOutcome.Blocked, blocked.Outcome);
        Assert.Contains(failure.Message, blocked.Problem, StringComparison.Ordinal);
        Assert.Equal((2, 1, 1), (blocked.Tracker.Tracked, blocked.Tracker.Buffered, blocked.Tracker.Dropped.OutboxUnusable));
        FlushResult stopped = await tracker.StopAsync(new CancellationToken(canceled: true));
        Assert.Equal(stopped.Tracker.Tracked, stopped.Tracker.Buffered + stopped.Tracker.Appended + stopped.Tracker.Dropped.Total);
    }
}
