using Microsoft.Extensions.Logging;
using TypedEvents.Emulator;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>
/// The file is deleted while a process has it open: it is restored with all events that were acknowledged.
/// </summary>
public sealed class DeletedFileTests : FilePlaceTestBase
{
    [Theory]
    [InlineData("")]
    [InlineData("", "-wal", "-shm")]
    [InlineData("", "-wal", "-shm", "-open.lock", "-claim.lock")]
    [InlineData("-wal")]
    [InlineData("-shm")]
    [InlineData("-wal", "-shm")]
    [InlineData("-wal", "-shm", "-open.lock")]
    public async Task A_deleted_file_is_restored_with_all_events(params string[] deleted)
    {
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "a", "b");
            await using (IOutboxClaim claim = await ClaimAsync(outbox))
            {
                await claim.SettleDeadLetterAsync((await ReadAsync(claim))[..1], Rejection, Cancellation);
            }

            Delete(deleted);
            await AppendAsync(outbox, "c");
            await AppendAsync(outbox, "d");
            Assert.Contains(Logger.Entries, entry => entry.Level == LogLevel.Error);
            Assert.Equal(["b", "c", "d"], await ListAsync(outbox, OutboxQuery.Pending));

            // As if the process were killed now: all events are in the files with the original names.
            string copy = Directory.CreateDirectory(Path.Combine(Folder.Path, "copy")).FullName;
            foreach (string suffix in (string[])["", "-wal"])
            {
                File.Copy(Folder.Outbox + suffix, Path.Combine(copy, "events.db" + suffix));
            }

            await using SqliteOutbox killed = OpenFile(Path.Combine(copy, "events.db"));
            Assert.Equal(["b", "c", "d"], await ListAsync(killed, OutboxQuery.Pending));
        }

        await using SqliteOutbox again = Open();
        Assert.Null(again.CorruptDatabasePath);
        Assert.Equal(["b", "c", "d"], await ListAsync(again, OutboxQuery.Pending));
        Assert.Equal(new OutboxStatistics { Appended = 4, Pending = 3, DeadLetters = 1 }, await GetStatisticsAsync(again));
        Assert.All(Directory.GetFiles(Folder.Path), file => Assert.DoesNotContain("restoring", file, StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows())
        {
            foreach (string file in Directory.GetFiles(Folder.Path))
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }
    }

    [Fact]
    public async Task Two_outboxes_whose_file_was_deleted_continue_with_the_same_file()
    {
        await using SqliteOutbox one = Open();
        await using SqliteOutbox two = Open();
        await AppendAsync(one, "a");
        await AppendAsync(two, "b");
        Delete("", "-wal", "-shm", "-open.lock", "-claim.lock");
        await AppendAsync(one, "c");
        await AppendAsync(two, "d");
        await AppendAsync(one, "e");
        Assert.Equal(["a", "b", "c", "d", "e"], await ListAsync(one, OutboxQuery.Pending));
        Assert.Equal(["a", "b", "c", "d", "e"], await ListAsync(two, OutboxQuery.Pending));
        Assert.Equal(await GetStatisticsAsync(one), await GetStatisticsAsync(two));
    }

    [Fact]
    public async Task A_new_log_is_not_started_while_another_process_has_the_deleted_one_open()
    {
        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, "a");
        using (ChildProcess child = ChildProcess.Start(["claim", Folder.Outbox]))
        {
            Assert.Equal("claimed", await child.ReadLineAsync());
            Delete("-wal");
            IOException error = await AssertRejectsAsync(outbox, "-wal");
            Assert.Contains("End all processes", error.Message, StringComparison.Ordinal);

            // All acknowledged events are in the database, whatever happens next.
            await child.KillAsync();
        }

        await AppendAsync(outbox, "c");
        Assert.Equal(["a", "c"], await ListAsync(outbox, OutboxQuery.Pending));
    }

    [Fact]
    public async Task An_event_that_is_committed_to_a_deleted_file_after_another_process_copied_it_is_in_the_restored_file_once()
    {
        await using SqliteOutbox one = Open();
        await using SqliteOutbox two = Open(new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Clock.GetUtcNow()));
        await AppendAsync(one, "a");
        var blocks = new BlocksReadLate(Block("x"), () =>
        {
            // The other outbox is in its transaction: it has checked the file, and hasn't committed yet.
            Delete("", "-wal", "-shm");
            Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.True(File.Exists(Folder.Outbox));
            AppendAsync(one, "y").GetAwaiter().GetResult();
        });
        Assert.Equal(1, await two.AppendAsync(blocks, Cancellation));
        Assert.Equal(["a", "y", "x"], await ListAsync(one, OutboxQuery.Pending));
        Assert.Equal(new OutboxStatistics { Appended = 3, Pending = 3 }, await GetStatisticsAsync(two));
        Assert.Empty(SavedFiles());
    }

    [Fact]
    public async Task Two_outboxes_that_append_while_their_files_are_deleted_repeatedly_lose_no_acknowledged_event()
    {
        const int Rounds = 10;
        var acknowledged = new System.Collections.Concurrent.ConcurrentBag<string>();
        using (var isDone = new CancellationTokenSource())
        {
            Task one = Task.Run(() => AppendUntilDoneAsync("one", isDone.Token), Cancellation);
            Task two = Task.Run(() => AppendUntilDoneAsync("two", isDone.Token), Cancellation);
            for (int round = 1; round <= Rounds; round++)
            {
                await WaitForMoreAsync();
                Delete("", "-wal", "-shm", "-open.lock", "-claim.lock");
            }

            await WaitForMoreAsync();
            await isDone.CancelAsync();
            await Task.WhenAll(one, two);
        }

        HashSet<string> found = [];
        foreach (string file in SavedFiles().Append(Folder.Outbox))
        {
            await using SqliteOutbox outbox = OpenFile(file);
            Assert.Null(outbox.CorruptDatabasePath);
            found.UnionWith(await ListAsync(outbox, OutboxQuery.Pending));
        }

        Assert.Empty(acknowledged.Except(found));
        Assert.Empty(Directory.GetFiles(Folder.Path, "*.restoring-*"));

        async Task WaitForMoreAsync()
        {
            for (int before = acknowledged.Count; acknowledged.Count < before + 10;)
            {
                Assert.False(Cancellation.IsCancellationRequested);
                await Task.Yield();
            }
        }

        async Task AppendUntilDoneAsync(string name, CancellationToken isDone)
        {
            SqliteOutbox? outbox = null;
            for (int number = 0; !isDone.IsCancellationRequested; number++)
            {
                string appended = $"{name} {number}";
                try
                {
                    outbox ??= Open();
                    await AppendAsync(outbox, appended);
                    acknowledged.Add(appended);
                }
                catch (IOException) when (outbox is not null)
                {
                    // Not acknowledged. Follow the remedy: restart.
                    await outbox.DisposeAsync();
                    outbox = null;
                }
                catch (IOException)
                {
                    // The files were deleted while they were being opened. Try again.
                }
            }

            await (outbox?.DisposeAsync() ?? default);
        }
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task A_copy_of_a_process_that_ended_while_it_restored_the_database_is_not_forgotten(bool isMissing, bool isIncomplete)
    {
        string copy = Folder.Outbox + ".restoring-" + new string('0', 32);
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "a");
            outbox.WriterDatabase.Execute($"VACUUM INTO '{copy}'");
        }

        if (isMissing)
        {
            Delete("");
        }

        if (isIncomplete)
        {
            byte[] all = await File.ReadAllBytesAsync(copy, Cancellation);
            await File.WriteAllBytesAsync(copy, all[..(all.Length / 2)], Cancellation);
        }

        await using (SqliteOutbox next = Open())
        {
            Assert.Equal(isIncomplete ? [] : ["a"], await ListAsync(next, OutboxQuery.Pending));
        }

        Assert.False(File.Exists(copy));
        if (isMissing && !isIncomplete)
        {
            Assert.Contains(Logger.Entries, entry => entry.Level == LogLevel.Error && entry.Text.Contains("restored from that copy", StringComparison.Ordinal));
            Assert.Empty(SavedFiles());
        }
        else
        {
            string saved = Assert.Single(SavedFiles());
            Assert.Contains(Logger.Entries, entry => entry.Level == LogLevel.Critical && entry.Text.Contains(saved, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_log_is_not_begun_again_while_a_list_is_being_read()
    {
        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, "a");
        using var isReading = new ManualResetEventSlim();
        using var mayEnd = new ManualResetEventSlim();
        Task list = outbox.Store.InspectAsync(
            database =>
            {
                long count = database.QueryInt64("SELECT count(*) FROM events");
                isReading.Set();
                mayEnd.Wait(Cancellation);
                return count;
            },
            Cancellation).AsTask();
        isReading.Wait(Cancellation);
        Delete("-wal", "-shm");
        await AssertRejectsAsync(outbox, "-wal");
        Assert.False(File.Exists(Folder.Outbox + "-wal"));

        mayEnd.Set();
        await Assert.ThrowsAsync<IOException>(() => list);
        await AppendAsync(outbox, "b");
        Assert.True(File.Exists(Folder.Outbox + "-shm"));
        Assert.Equal(["a", "b"], await ListAsync(outbox, OutboxQuery.Pending));
    }

    [Fact]
    public async Task A_file_that_is_missing_when_its_identity_is_recorded_counts_as_deleted()
    {
        await using SqliteOutbox outbox = Open();
        string missing = Folder.Outbox + "-missing";
        Assert.Equal(
            new FileChange(missing, FileChangeKind.Removed),
            FileIdentity.Of(OutboxFiles.At(Folder.Outbox)).With(missing).FindChange());
    }

    [Fact]
    public async Task A_process_that_starts_while_the_database_is_missing_waits_until_it_is_restored()
    {
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "a", "b");
        }

        using ChildProcess child = ChildProcess.Start(["claim", Folder.Outbox]);
        Assert.Equal("claimed", await child.ReadLineAsync());
        Delete("");
        await using SqliteOutbox second = Open();
        Assert.Null(second.CorruptDatabasePath);
        Assert.Equal(["a", "b"], await ListAsync(second, OutboxQuery.Pending));
        await AppendAsync(second, "c");
        await child.EndAsync();
        Assert.Empty(SavedFiles());
        Assert.Equal(["a", "b", "c"], await ListAsync(second, OutboxQuery.Pending));
    }

    [Fact]
    public async Task A_deleted_file_is_noticed_within_a_second_even_if_nothing_is_appended()
    {
        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, "a");
        Delete("", "-wal", "-shm");
        Assert.DoesNotContain(Logger.Entries, entry => entry.Level >= LogLevel.Warning);
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains(Logger.Entries, entry => entry.Level == LogLevel.Error && entry.Text.Contains(Folder.Outbox, StringComparison.Ordinal));
        Assert.True(File.Exists(Folder.Outbox));

        // And a second time.
        Delete("", "-wal", "-shm");
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(File.Exists(Folder.Outbox));
        Assert.Equal(["a"], await ListAsync(outbox, OutboxQuery.Pending));
    }

    [Fact]
    public async Task Closing_an_outbox_whose_file_was_deleted_restores_the_file()
    {
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "a");
            Delete("", "-wal", "-shm", "-open.lock");
        }

        await using SqliteOutbox again = Open();
        Assert.Equal(["a"], await ListAsync(again, OutboxQuery.Pending));
    }

    [Theory]
    [InlineData("", "-wal", "-shm", "-open.lock", "-claim.lock")]
    [InlineData("-wal", "-shm")]
    public async Task A_tracker_delivers_every_accepted_event_once(params string[] deleted)
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        emulator.RespondWith(EmulatorBehavior.Respond(503));
        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            options.Outbox = Open();
            options.LoggerFactory = Logger;
        });
        for (int i = 0; i < 20; i++)
        {
            if (i == 10)
            {
                Delete(deleted);
            }

            Assert.Equal(TrackResult.Accepted, await tracker.TrackAsync(Trackers.Alice, new Stored(i, ""), cancellationToken: Cancellation));
        }

        emulator.RespondNormally();
        FlushResult last = await tracker.StopAsync(Cancellation);
        Assert.Equal(20, last.Outbox!.Delivered + last.Outbox!.Pending);
        Trackers.AssertAccountingInvariants(last, tracked: 20);
        await using SqliteOutbox again = Open();
        Assert.Equal(last.Outbox, await GetStatisticsAsync(again));
    }

    /// <summary>One block. Something happens when it is read, in the middle of the append's transaction.</summary>
    private sealed class BlocksReadLate(EventBlock block, Action onRead) : IReadOnlyList<EventBlock>
    {
        private Action? _onRead = onRead;

        public int Count => 1;

        public EventBlock this[int index]
        {
            get
            {
                Interlocked.Exchange(ref _onRead, null)?.Invoke();
                return block;
            }
        }

        public IEnumerator<EventBlock> GetEnumerator() => throw new NotSupportedException();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => throw new NotSupportedException();
    }
}
