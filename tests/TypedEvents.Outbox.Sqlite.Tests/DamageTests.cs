using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.Logging;
using TypedEvents.Emulator;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>
/// Rows, indexes and counters that changed on the disk: indexes and counters are rebuilt, unreadable rows are dead-lettered, and the other
/// events are sent.
/// </summary>
public sealed class DamageTests : OutboxTests
{
    private const string Checksum = "their checksum";

    /// <summary>The damage to the row of "bad", and a part of the dead letter's reason.</summary>
    public static TheoryData<string, string> Damages => new()
    {
        { "json = CAST('bat' AS BLOB)", Checksum },
        { "json = x''", Checksum },
        { "name = 'page_viewee'", Checksum },
        { "app_key = 'shop'", Checksum },
        { "partition = 2", Checksum },
        { "own_id = 'user-43', identity_name = 'user_id'", Checksum },
        { "checksum = checksum + 1", Checksum },
        { "appended_at = 9000000000000000000", "out of range" },
        { "appended_at = -9000000000000000000", "out of range" },
        { "checksum = NULL, json = x''", "no JSON" },
        { "checksum = NULL, identity_name = 'device_id', own_id = 'a'", "'device_id'" },
        { "checksum = NULL, identity_name = 'user_id', own_id = NULL", "missing" },
        { "checksum = NULL, identity_name = NULL, own_id = 'a'", "missing" },
        { "checksum = NULL, identity_name = 'user_id', own_id = ''", "missing" },
        { "checksum = NULL, identity_name = 'user_id', own_id = printf('%.300c', 'x')", "missing" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task An_unreadable_row_is_dead_lettered_with_its_reason_and_the_others_are_read(string damage, string reason)
    {
        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, "before", "bad", "after");
        Change($"UPDATE events SET {damage} WHERE position = 2");

        Assert.Equal(3, (await outbox.ListAsync(OutboxQuery.Pending, 10, Cancellation)).Count);
        await using IOutboxClaim claim = await ClaimAsync(outbox);
        List<OutboxEvent> read = [.. await ReadAsync(claim), .. await ReadAsync(claim, partition: 2)];
        Assert.Equal(["before", "after"], read.Select(item => Encoding.UTF8.GetString(item.Json.Span)));

        StoredEvent deadLetter = Assert.Single(await outbox.ListAsync(OutboxQuery.DeadLetters with { Kind = DeadLetterKind.Unreadable }, 10, Cancellation));
        Assert.Equal(2, deadLetter.Position);
        Assert.Contains(reason, deadLetter.Reason!.Message, StringComparison.Ordinal);
        Assert.Contains(Logger.Entries, entry => entry.Level == LogLevel.Error && entry.Text.Contains("position 2", StringComparison.Ordinal));
        Assert.Equal(1, (await GetStatisticsAsync(outbox)).DeadLetters);

        // A replay dead-letters it again, unless only its time was invalid: a replay sets a new time.
        Assert.Equal(1, await outbox.ReplayAsync(OutboxQuery.DeadLetters, Cancellation));
        int again = (await ReadAsync(claim)).Count + (await ReadAsync(claim, partition: 2)).Count;
        Assert.Equal(reason == "out of range" ? (3, 0) : (2, 1), (again, (await GetStatisticsAsync(outbox)).DeadLetters));
    }

    [Fact]
    public async Task An_unreadable_held_row_is_dead_lettered_and_the_next_one_is_tried()
    {
        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, "bad", "good");
        await using IOutboxClaim claim = await ClaimAsync(outbox);
        await claim.HoldAsync("page_viewed", Cancellation);
        Change("UPDATE events SET json = CAST('bat' AS BLOB) WHERE position = 1");
        Assert.Equal(2, (await claim.ReadHeldAsync("page_viewed", 0, Cancellation))!.Value.Position);
        Assert.Equal((1, 1), await CountAsync(outbox));
    }

    [Theory]
    [InlineData("euid = 0")]
    [InlineData("euid = -5")]
    [InlineData("euid = 8")]
    [InlineData("registered_at = 9000000000000000000, checksum = NULL")]
    [InlineData("registered_at = registered_at + 1")]
    [InlineData("euid = 0, checksum = NULL")]
    public async Task A_user_whose_row_changed_is_unknown_until_it_is_registered_again(string damage)
    {
        EngageUser user = EngageUser.UserId("user-42");
        var registered = new RegisteredUser(user, new Euid(7), Clock.GetUtcNow());
        await using SqliteOutbox outbox = Open();
        await outbox.SaveUsersAsync([registered], Cancellation);
        Change($"UPDATE users SET {damage}");
        Assert.Empty(await outbox.FindUsersAsync([user], Cancellation));
        await outbox.SaveUsersAsync([registered], Cancellation);
        Assert.Equal([registered], await outbox.FindUsersAsync([user], Cancellation));
    }

    [Theory]
    [InlineData("appended_at = 9000000000000000000")]
    [InlineData("kind = 'of_a_newer_version'")]
    [InlineData("kind = NULL")]
    [InlineData("identity_name = 'device_id', own_id = 'a'")]
    [InlineData("code = 9000000000000000000")]
    public async Task A_list_shows_the_readable_rows_beside_a_damaged_one(string damage)
    {
        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, "a", "b", "c");
        await using IOutboxClaim claim = await ClaimAsync(outbox);
        await claim.SettleDeadLetterAsync(await ReadAsync(claim), Rejection, Cancellation);
        Change($"UPDATE events SET {damage} WHERE position = 2");
        Assert.Equal(["a", "b", "c"], await ListAsync(outbox, OutboxQuery.DeadLetters));
    }

    [Theory]
    [InlineData("pending = pending + 1")]
    [InlineData("pending = -3")]
    [InlineData("dead_letters = 1 << 40")]
    [InlineData("waiting_for_user = 5")]
    [InlineData("waiting_bytes = 1 << 40")]
    [InlineData("aside_bytes = -1")]
    [InlineData("appended = 2")]
    [InlineData("delivered = -1")]
    [InlineData("last_position = 0")]
    [InlineData("last_position = 1")]
    [InlineData("last_position = 1 << 62 | 7")]
    public async Task Counters_are_rebuilt_from_the_events_when_no_other_process_has_the_file_open(string damage)
    {
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "a", "b", "c", "d");
            await using IOutboxClaim claim = await ClaimAsync(outbox);
            List<OutboxEvent> read = await ReadAsync(claim);
            await claim.SettleDeliveredAsync([read[0]], Cancellation);
            await claim.SettleDeadLetterAsync([read[1]], Rejection, Cancellation);
        }

        Change($"UPDATE outbox SET {damage}");
        await using (SqliteOutbox outbox = Open())
        {
            Assert.Contains(Logger.Entries, entry => entry.Level == LogLevel.Error && entry.Text.Contains("counter", StringComparison.Ordinal));
            OutboxStatistics statistics = await GetStatisticsAsync(outbox);
            Assert.Equal((2, 1, 0), (statistics.Pending, statistics.DeadLetters, statistics.PendingRegistration));
            Assert.Equal(damage.StartsWith("delivered", StringComparison.Ordinal) ? 0 : 1, statistics.Delivered);
            await AppendAsync(outbox, new string('x', 1000 * 1000));
            Assert.InRange((await outbox.GetPositionsAsync(Cancellation)).LastAppended, 5, 100);
        }
    }

    [Fact]
    public async Task An_intact_file_is_opened_without_a_log_message()
    {
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "a");
            await using IOutboxClaim claim = await ClaimAsync(outbox);
            await claim.HoldAsync("page_viewed", Cancellation);
            await AppendAsync(outbox, "b");
        }

        await Open().DisposeAsync();
        Assert.Empty(Logger.Entries);
    }

    [Theory]
    [InlineData("state = 7")]
    [InlineData("partition = 99")]
    [InlineData("partition = -1")]
    public async Task A_row_with_an_impossible_state_is_dead_lettered_when_no_other_process_has_the_file_open(string damage)
    {
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "a", "b");
        }

        Change($"UPDATE events SET {damage} WHERE position = 1");
        await using (SqliteOutbox outbox = Open())
        {
            Assert.Equal((1, 1), await CountAsync(outbox));
            Assert.Equal(DeadLetterKind.Unreadable, Assert.Single(await outbox.ListAsync(OutboxQuery.DeadLetters, 10, Cancellation)).Reason!.Kind);
        }
    }

    [Fact]
    public async Task Held_events_whose_name_is_not_on_hold_become_pending_again()
    {
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "a");
            await using IOutboxClaim claim = await ClaimAsync(outbox);
            await claim.HoldAsync("page_viewed", Cancellation);
        }

        Change("UPDATE held_names SET name = 'page_viewee'");
        await using (SqliteOutbox outbox = Open())
        {
            await using IOutboxClaim claim = await ClaimAsync(outbox);
            Assert.Single(await ReadAsync(claim));
        }
    }

    [Fact]
    public async Task Events_can_be_appended_after_a_last_position_that_is_already_used_while_others_have_the_file_open()
    {
        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, "a", "b");
        Change("UPDATE outbox SET last_position = 0");
        await AppendAsync(outbox, "c");
        Assert.Equal(["a", "b", "c"], await ListAsync(outbox, OutboxQuery.Pending));
        Assert.Equal(3, (await GetStatisticsAsync(outbox)).Pending);
    }

    public static TheoryData<string> IndexDamages => ["no such row", "another row", "a settled row"];

    [Theory]
    [MemberData(nameof(IndexDamages))]
    public async Task A_damaged_index_is_rebuilt_when_the_file_is_opened(string damage)
    {
        await FillAsync();
        DamageIndex(damage);
        await using SqliteOutbox outbox = Open();
        Assert.Null(outbox.CorruptDatabasePath);
        Assert.Contains(Logger.Entries, entry => entry.Level == LogLevel.Error && entry.Text.Contains("rebuilt", StringComparison.Ordinal));
        await AssertAllCanBeSettledAsync(outbox);
    }

    [Theory]
    [MemberData(nameof(IndexDamages))]
    public async Task A_damaged_index_is_rebuilt_when_an_operation_fails_because_of_it(string damage)
    {
        // Another outbox has the file open, so opening doesn't check it.
        await FillAsync();
        using ChildProcess child = ChildProcess.Start(["claim", Folder.Outbox]);
        Assert.Equal("claimed", await child.ReadLineAsync());
        DamageIndex(damage);
        await using SqliteOutbox outbox = Open();
        await child.EndAsync();
        Assert.Empty(Logger.Entries);
        await AssertAllCanBeSettledAsync(outbox);
        Assert.Contains(Logger.Entries, entry => entry.Level == LogLevel.Error && entry.Text.Contains("rebuilt", StringComparison.Ordinal));
    }

    /// <summary>A damaged index may name a pending event as the oldest dead letter: no pending event is evicted.</summary>
    [Fact]
    public async Task A_damaged_index_of_dead_letters_evicts_no_pending_event()
    {
        var options = new SqliteOutboxOptions { TimeProvider = Clock, LoggerFactory = Logger, MaxDeadLetterBytes = 64 * 1024 };
        await using (SqliteOutbox outbox = OpenFile(Folder.Outbox, options))
        {
            await AppendAsync(outbox, [.. Enumerable.Range(0, 100).Select(i => $"{i}" + new string('x', 5000))]);
            await using IOutboxClaim claim = await ClaimAsync(outbox);
            await claim.SettleDeadLetterAsync((await ReadAsync(claim))[..10], Rejection, Cancellation);
        }

        using ChildProcess child = ChildProcess.Start(["claim", Folder.Outbox]);
        Assert.Equal("claimed", await child.ReadLineAsync());
        ChangeEntry("aside", from: 2, to: 50);
        await using SqliteOutbox damaged = OpenFile(Folder.Outbox, options);
        await child.EndAsync();
        await using IOutboxClaim second = await ClaimAsync(damaged);
        List<OutboxEvent> pending = await ReadAsync(second);
        Assert.Equal(90, pending.Count);

        Assert.True(await second.SettleDeadLetterAsync(pending[..10], Rejection, Cancellation));

        Assert.Equal(pending[10..].Select(item => item.Position), (await ReadAsync(second)).Select(item => item.Position));
        OutboxStatistics statistics = await GetStatisticsAsync(damaged);
        Assert.Equal(80, statistics.Pending);
        Assert.True(statistics.Discarded.Evicted > 0);
        Assert.Equal("ok", damaged.WriterDatabase.QueryText("PRAGMA integrity_check(1)"));
    }

    /// <summary>One bit of a row tells a BLOB from a TEXT, and its bytes are the same.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_value_whose_type_changed_stops_neither_the_file_nor_the_other_events(bool isRejected)
    {
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "first-first", "other-other", "third-third");
        }

        byte[] file = await File.ReadAllBytesAsync(Folder.Outbox, Cancellation);
        int json = file.AsSpan().IndexOf("other-other"u8);
        int type = file.AsSpan(0, json).LastIndexOf((byte)(12 + (2 * "other-other".Length)));
        file[type] ^= 1;
        await File.WriteAllBytesAsync(Folder.Outbox, file, Cancellation);
        MakeDoubtful();

        await using SqliteOutbox damaged = Open();
        Assert.Null(damaged.CorruptDatabasePath);
        await using IOutboxClaim claim = await ClaimAsync(damaged);
        List<OutboxEvent> events = await ReadAsync(claim);
        Assert.Equal([1L, 2, 3], events.Select(item => item.Position));
        Assert.True(isRejected
            ? await claim.SettleDeadLetterAsync(events, Rejection, Cancellation)
            : await claim.SettleDeliveredAsync(events, Cancellation));
        Assert.Equal((0, isRejected ? 3 : 0), await CountAsync(damaged));
        Assert.Equal("ok", damaged.WriterDatabase.QueryText("PRAGMA integrity_check(1)"));
    }

    [Fact]
    public async Task Many_unreadable_events_are_dead_lettered_with_one_entry_for_a_thousand()
    {
        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, [.. Enumerable.Range(0, 2500).Select(i => $"{i}")]);
        Change("UPDATE events SET identity_name = 'device_id', own_id = 'a', checksum = NULL WHERE position <= 2400");
        await using IOutboxClaim claim = await ClaimAsync(outbox);

        Assert.Equal(100, (await ReadAsync(claim)).Count);

        Assert.Equal((100, 2400), await CountAsync(outbox));
        Assert.Equal(3, Logger.Entries.Count(entry => entry.Level == LogLevel.Error));
    }

    [Fact]
    public async Task An_event_whose_EUID_placeholder_is_gone_does_not_stop_the_others()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        SqliteOutbox outbox = Open();
        var block = new EventBlock(1000, appKey: null);
        foreach (string json in (string[])["{}", "{\"event_name\":\"stored\",\"euid\":12345678901234567890}", "{\"event_name\":\"stored\",\"euid\":"])
        {
            block.Add(1, new EventSchema("stored"), EngageUser.UserId("bad"), Encoding.UTF8.GetBytes(json), TimeProvider.System);
        }

        Assert.Equal(1, await outbox.AppendAsync([block], Cancellation));
        await using EventTracker tracker = Trackers.Create(emulator, options => options.Outbox = outbox);
        await tracker.TrackAsync(EngageUser.UserId("bad"), new Stored(4, "good"), cancellationToken: Cancellation);
        FlushResult result = await tracker.FlushAsync(Cancellation);

        Assert.Equal(FlushOutcome.Settled, result.Outcome);
        Assert.Equal((1, 3), (result.Outbox!.Delivered, result.Outbox!.DeadLetters));
        Assert.Equal(3, await tracker.Outbox.CountAsync(OutboxQuery.DeadLetters with { Kind = DeadLetterKind.Unreadable }, Cancellation));
        Assert.Equal(1, emulator.EventCount);
        Assert.Equal(result.Outbox!.Appended, result.Outbox!.Delivered + result.Outbox!.Pending + result.Outbox!.DeadLetters + result.Outbox!.Discarded.Total);
        Assert.Equal(result.Tracker.Tracked, result.Tracker.Buffered + result.Tracker.Appended + result.Tracker.Dropped.Total);
    }

    private async Task FillAsync()
    {
        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, [.. Enumerable.Range(0, 100).Select(i => $"{i}")]);
        await using IOutboxClaim claim = await ClaimAsync(outbox);
        await claim.SettleDeadLetterAsync((await ReadAsync(claim))[..10], Rejection, Cancellation);
    }

    private static async Task AssertAllCanBeSettledAsync(SqliteOutbox outbox)
    {
        await using IOutboxClaim claim = await ClaimAsync(outbox);
        List<OutboxEvent> read = await ReadAsync(claim);
        foreach (OutboxEvent[] batch in read.Chunk(7))
        {
            Assert.True(await claim.SettleDeliveredAsync(batch, Cancellation));
        }

        // Events that were missing from the index are read after it was rebuilt.
        List<OutboxEvent> rest = await ReadAsync(claim);
        await claim.SettleDeliveredAsync(rest, Cancellation);
        Assert.Equal(Enumerable.Range(11, 90).Select(i => (long)i), read.Concat(rest).Select(item => item.Position).Distinct().Order());
        Assert.Equal((0, 10), await CountAsync(outbox));
        Assert.Equal(90, (await GetStatisticsAsync(outbox)).Delivered);
        Assert.Equal("ok", outbox.WriterDatabase.QueryText("PRAGMA integrity_check(1)"));
    }

    private static async Task<(long Pending, long DeadLetters)> CountAsync(SqliteOutbox outbox)
    {
        OutboxStatistics statistics = await GetStatisticsAsync(outbox);
        return (statistics.Pending, statistics.DeadLetters);
    }

    /// <summary>Changes one entry of the index "waiting" in the file, like a bit that flips on the disk.</summary>
    private void DamageIndex(string damage)
    {
        const byte Damaged = 50;
        ChangeEntry("waiting", Damaged, damage switch
        {
            "no such row" => Damaged ^ 0x40,
            "another row" => 51,
            _ => 5, // a dead letter
        });
    }

    private void ChangeEntry(string index, byte from, byte to)
    {
        int page;
        using (Database database = Database.Open(Folder.Outbox, TimeSpan.FromSeconds(10)))
        {
            page = (int)database.QueryInt64($"SELECT rootpage FROM sqlite_master WHERE name = '{index}'");
            database.QueryInt64("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        // The only page of an index: the number of its cells, the offset of each cell, and the cells, which end with the row's number.
        byte[] file = File.ReadAllBytes(Folder.Outbox);
        Span<byte> root = file.AsSpan((page - 1) * 4096, 4096);
        Assert.Equal(0x0A, root[0]);
        int found = 0;
        for (int i = 0; i < BinaryPrimitives.ReadUInt16BigEndian(root[3..]); i++)
        {
            Span<byte> cell = root[BinaryPrimitives.ReadUInt16BigEndian(root[(8 + (2 * i))..])..];
            if (cell[cell[0]] == from)
            {
                cell[cell[0]] = to;
                found++;
            }
        }

        Assert.Equal(1, found);
        File.WriteAllBytes(Folder.Outbox, file);
    }

    /// <summary>The next opening checks the whole file.</summary>
    private void MakeDoubtful() => Change("UPDATE outbox SET is_doubtful = 1");

    private void Change(string sql)
    {
        using Database database = Database.Open(Folder.Outbox, TimeSpan.FromSeconds(10));
        database.Execute(sql);
    }
}
