using System.Text;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>The file's contents, their durability, and its permissions.</summary>
public sealed class FileTests : OutboxTests
{
    [Fact]
    public async Task Every_connection_uses_a_write_ahead_log_and_writes_each_commit_to_the_disk()
    {
        await using SqliteOutbox outbox = Open();
        foreach (Database database in (Database[])[outbox.WriterDatabase, outbox.ReaderDatabase])
        {
            Assert.Equal("wal", database.QueryText("PRAGMA journal_mode"));
            Assert.Equal(2, database.QueryInt64("PRAGMA synchronous")); // FULL
            Assert.Equal(1, database.QueryInt64("PRAGMA fullfsync"));
            Assert.Equal(1, database.QueryInt64("PRAGMA checkpoint_fullfsync"));
        }

        Assert.True(outbox.ReaderDatabase.QueryInt64("PRAGMA busy_timeout") > 0);
        Assert.Equal(1, outbox.ReaderDatabase.QueryInt64("PRAGMA query_only"));
    }

    [Fact]
    public async Task Only_the_owner_can_access_the_files()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes: a file inherits the permissions of its folder.");
            return;
        }

        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, "a");
        await using IOutboxClaim claim = await ClaimAsync(outbox);

        string[] files = Directory.GetFiles(Folder.Path);
        Assert.Equal(
            ["events.db", "events.db-claim.lock", "events.db-open.lock", "events.db-shm", "events.db-wal"],
            files.Select(Path.GetFileName).Order());
        foreach (string file in files)
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task Everything_survives_a_restart()
    {
        EngageUser user = EngageUser.UserId("user-42");
        var registered = new RegisteredUser(user, new Euid(10000091198), Clock.GetUtcNow());
        OutboxStatistics statistics;
        OutboxPositions positions;
        await using (SqliteOutbox outbox = Open())
        {
            await outbox.OpenAsync(Opening(Target("https://api.engagelab.cc")), Cancellation);
            var block = new EventBlock(100, "shop");
            block.Add(1, new EventSchema("sign_up"), user, "a"u8, TimeProvider.System);
            Assert.Equal(3, await outbox.AppendAsync([block, Block("b", "c", "d"), BlockOf("held", "e")], Cancellation));
            await outbox.SaveUsersAsync([registered], Cancellation);
            await using IOutboxClaim claim = await ClaimAsync(outbox);
            List<OutboxEvent> read = await ReadAsync(claim);
            await claim.SettleDeliveredAsync([read[1]], Cancellation);
            await claim.SettleDeadLetterAsync([read[2]], Rejection, Cancellation);
            await claim.HoldAsync("held", Cancellation);
            positions = await outbox.GetPositionsAsync(Cancellation);
            statistics = await GetStatisticsAsync(outbox);
        }

        await using (SqliteOutbox outbox = Open())
        {
            Assert.Equal(new OutboxStatistics { Appended = 5, Delivered = 1, Pending = 3, PendingRegistration = 1, DeadLetters = 1 }, statistics);
            Assert.Equal(statistics, await GetStatisticsAsync(outbox));
            Assert.Equal(positions with { OldestPendingElsewhere = positions.OldestPending }, await outbox.GetPositionsAsync(Cancellation));
            Assert.Equal([registered], await outbox.FindUsersAsync([user], Cancellation));
            StoredEvent deadLetter = Assert.Single(await outbox.ListAsync(OutboxQuery.DeadLetters, 10, Cancellation));
            Assert.Equal(Rejection, deadLetter.Reason);
            await using IOutboxClaim claim = await ClaimAsync(outbox);
            Assert.Equal(["held"], claim.HeldNames);
            List<OutboxEvent> read = await ReadAsync(claim);
            Assert.Equal([("sign_up", "shop", user), ("page_viewed", null, default)], read.Select(item => (item.EventName, item.AppKey, item.User)));
            Assert.Null(outbox.CorruptDatabasePath);
        }
    }

    [Fact]
    public async Task A_position_is_never_reused()
    {
        long last;
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "a", "b");
            last = (await outbox.GetPositionsAsync(Cancellation)).LastAppended;
            await outbox.PurgeAsync(OutboxQuery.Pending, Cancellation);
        }

        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "c");
            Assert.Equal(last + 1, (await outbox.GetPositionsAsync(Cancellation)).OldestPending);
        }
    }

    [Fact]
    public async Task A_file_is_for_one_address()
    {
        await using (SqliteOutbox outbox = Open())
        {
            await outbox.OpenAsync(Opening(Target("https://api.engagelab.cc/")), Cancellation);
            await AppendAsync(outbox, "pending");
        }

        await using (SqliteOutbox outbox = Open())
        {
            await outbox.OpenAsync(Opening(Target("https://api.engagelab.cc")), Cancellation);
            InvalidOperationException error = await Assert.ThrowsAsync<OutboxUnusableException>(() => outbox.OpenAsync(Opening(Target("http://localhost:5000/")), Cancellation).AsTask());
            Assert.Contains("https://api.engagelab.cc", error.Message, StringComparison.Ordinal);
            Assert.Contains("http://localhost:5000", error.Message, StringComparison.Ordinal);
            Assert.Contains(Folder.Outbox, error.Message, StringComparison.Ordinal);
            await AppendAsync(outbox, "a");
        }
    }

    [Fact]
    public async Task Secrets_in_an_address_are_not_stored()
    {
        await using (SqliteOutbox outbox = Open())
        {
            await outbox.OpenAsync(Opening(Target("https://key:s3cr3t@api.engagelab.cc/?token=s3cr3t")), Cancellation);
        }

        Assert.All(Directory.GetFiles(Folder.Path), file => Assert.DoesNotContain("s3cr3t", Encoding.Latin1.GetString(File.ReadAllBytes(file)), StringComparison.Ordinal));
        Assert.Contains("api.engagelab.cc", Encoding.Latin1.GetString(await File.ReadAllBytesAsync(Folder.Outbox, Cancellation)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Users_are_saved_up_to_a_limit_and_those_registered_first_are_removed()
    {
        await using SqliteOutbox outbox = Open(maxUsers: 3);
        RegisteredUser[] users =
        [
            .. Enumerable.Range(0, 5).Select(i => new RegisteredUser(EngageUser.UserId($"user-{i}"), new Euid(100 + i), Clock.GetUtcNow() + TimeSpan.FromSeconds(i))),
        ];
        await outbox.SaveUsersAsync(users[..3], Cancellation);

        // Registered again, so now the most recent one.
        users[0] = users[0] with { Euid = new Euid(7), RegisteredAt = Clock.GetUtcNow() + TimeSpan.FromHours(1) };
        await outbox.SaveUsersAsync([users[0]], Cancellation);
        await outbox.SaveUsersAsync(users[3..], Cancellation);

        IReadOnlyList<RegisteredUser> found = await outbox.FindUsersAsync([.. users.Select(user => user.User), EngageUser.AnonymousId("user-4")], Cancellation);
        Assert.Equal([users[0], users[3], users[4]], found.OrderBy(user => user.User.ExternalId));
    }

    [Fact]
    public async Task Settling_removes_exactly_the_pending_events_that_it_is_given_and_counts_them_as_their_rows_say()
    {
        await using SqliteOutbox outbox = Open();
        await using IOutboxClaim claim = await ClaimAsync(outbox);
        await claim.HoldAsync("held", Cancellation);
        var block = new EventBlock(2000, "shop");
        EngageUser user = EngageUser.UserId("user-42");
        (string Name, EngageUser User)[] events =
            [("a", user), ("a", default), ("held", user), ("held", default), ("b", default), ("b", user), ("a", user), ("held", user), ("b", default), ("a", default)];
        foreach ((string name, EngageUser one) in events)
        {
            block.Add(1, new EventSchema(name), one, Encoding.UTF8.GetBytes($"{name} of {one.ExternalId}"), TimeProvider.System);
        }

        Assert.Equal(1, await outbox.AppendAsync([block], Cancellation));
        List<OutboxEvent> read = await ReadAsync(claim);
        Assert.Equal([1, 2, 5, 6, 7, 9, 10], read.Select(item => item.Position));
        Assert.Equal(
            read.Select(item => events[item.Position - 1]),
            read.Select(item => (item.EventName, item.User)));
        OutboxEvent firstHeld = (await claim.ReadHeldAsync("held", 0, Cancellation))!.Value;
        OutboxEvent secondHeld = (await claim.ReadHeldAsync("held", firstHeld.Position, Cancellation))!.Value;
        Assert.Equal((3, user, 4, default), (firstHeld.Position, firstHeld.User, secondHeld.Position, secondHeld.User));
        await claim.SettleDeadLetterAsync([read[2]], Rejection, Cancellation);

        // Positions 2 to 6 without 4: a held one, a dead letter, one that is named twice, and one that doesn't exist.
        Assert.True(await claim.SettleDeliveredAsync([read[3], read[1], firstHeld, read[2], read[1], read[6] with { Position = 11 }], Cancellation));
        Assert.Equal(
            new OutboxStatistics { Appended = 10, Delivered = 3, Pending = 6, PendingRegistration = 3, DeadLetters = 1 },
            await GetStatisticsAsync(outbox));
        Assert.Equal(
            ["1 0", "4 1", "5 2", "7 0", "8 1", "9 0", "10 0"],
            Rows("SELECT position || ' ' || state FROM events ORDER BY position"));
        Assert.Equal(
            Rows($"SELECT sum({EventFacts.BytesColumn}) FILTER (WHERE state = 0) || ' ' || sum({EventFacts.BytesColumn} + {EventFacts.MessageBytesColumn}) FILTER (WHERE state <> 0) FROM events"),
            Rows("SELECT waiting_bytes || ' ' || aside_bytes FROM outbox"));

        List<string> Rows(string sql)
        {
            List<string> rows = [];
            using Statement select = outbox.ReaderDatabase.PrepareOnce(sql);
            while (select.Step())
            {
                rows.Add(select.Text(0)!);
            }

            return rows;
        }
    }

    [Fact]
    public async Task No_repeated_statement_scans_all_events()
    {
        await using SqliteOutbox outbox = Open();
        string[] queries =
        [
            .. outbox.ReaderDatabase.Statements.Concat(outbox.WriterDatabase.Statements).Select(statement => statement.Sql),
            $"SELECT count(*) FROM events WHERE {QuerySql.Condition(OutboxQuery.DeadLetters)} ORDER BY position",
        ];
        Assert.True(queries.Count(sql => sql.Contains("FROM events", StringComparison.Ordinal)) >= 6);
        foreach (string sql in queries)
        {
            using Statement plan = outbox.ReaderDatabase.PrepareOnce("EXPLAIN QUERY PLAN " + sql);
            while (plan.Step())
            {
                string step = plan.Text(3)!;
                Assert.False(step.StartsWith("SCAN events", StringComparison.Ordinal) && step != "SCAN events USING INDEX aside", $"{sql}: {step}");
                Assert.DoesNotContain("TEMP B-TREE", step, StringComparison.Ordinal);
            }
        }

        AssertPlan(outbox, "state = 0 AND partition = ?1 AND position > ?2", "SEARCH events USING INDEX waiting (partition=? AND rowid>?)");
        AssertPlan(outbox, "state = 1 AND name = ?1 AND position > ?2", "SEARCH events USING INDEX held (name=? AND rowid>?)");
    }

    [Fact]
    public async Task Reading_does_not_wait_for_a_writer()
    {
        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, "a");
        using Database other = Database.Open(Folder.Outbox, TimeSpan.Zero);
        other.Execute("BEGIN IMMEDIATE");

        Assert.Equal(1, (await GetStatisticsAsync(outbox)).Pending);
        Assert.NotNull((await outbox.GetPositionsAsync(Cancellation)).OldestPending);
        await using IOutboxClaim claim = await ClaimAsync(outbox);
        Assert.Single(await ReadAsync(claim));
        Assert.Equal(["a"], await ListAsync(outbox, OutboxQuery.Pending));

        using var impatience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        ValueTask<int> append = outbox.AppendAsync([Block("b")], impatience.Token);
        Assert.False(append.IsCompleted);
        Assert.Equal(1, (await GetStatisticsAsync(outbox)).Pending);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await append);

        other.Execute("ROLLBACK");
        await AppendAsync(outbox, "c");
        Assert.Equal(["a", "c"], await ListAsync(outbox, OutboxQuery.Pending));
    }

    [Fact]
    public async Task After_closing_only_the_statistics_can_be_read()
    {
        SqliteOutbox outbox = Open();
        await AppendAsync(outbox, "a");
        IOutboxClaim claim = await ClaimAsync(outbox);
        List<OutboxEvent> read = await ReadAsync(claim);
        OutboxStatistics statistics = (await outbox.CloseAsync())!;
        Assert.Equal(new OutboxStatistics { Appended = 1, Pending = 1, OldestPendingAt = Clock.GetUtcNow() }, statistics);
        Assert.True(claim.LostToken.IsCancellationRequested);

        Assert.False(await claim.SettleDeliveredAsync(read, Cancellation));
        await claim.DisposeAsync();
        Assert.Equal(statistics, await outbox.CloseAsync());
        Assert.Equal(statistics, await outbox.GetStatisticsAsync(Cancellation));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await outbox.AppendAsync([Block("b")], Cancellation));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await outbox.GetPositionsAsync(Cancellation));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await outbox.CountAsync(OutboxQuery.Pending, Cancellation));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await outbox.TryClaimAsync(Cancellation));
    }

    [Fact]
    public async Task Appending_a_block_allocates_little()
    {
        await using SqliteOutbox outbox = Open(maxBytes: 256 * 1024 * 1024);
        EventBlock block = Block([.. Enumerable.Range(0, 100).Select(i => new string('x', 250) + i)]);
        EventBlock[] blocks = [block];
        long least = long.MaxValue;
        for (int round = 0; round < 20; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            ValueTask<int> append = outbox.AppendAsync(blocks, Cancellation);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(1, await append);
        }

        Assert.True(least < 100 * 32, $"{least} bytes for 100 events");
    }

    /// <summary>The plan of the reader's statement with this condition.</summary>
    private static void AssertPlan(SqliteOutbox outbox, string condition, string expected)
    {
        string sql = outbox.ReaderDatabase.Statements.Select(statement => statement.Sql).Single(sql => sql.Contains(condition, StringComparison.Ordinal));
        using Statement plan = outbox.ReaderDatabase.PrepareOnce("EXPLAIN QUERY PLAN " + sql);
        Assert.True(plan.Step());
        Assert.Equal(expected, plan.Text(3));
        Assert.False(plan.Step());
    }
}
