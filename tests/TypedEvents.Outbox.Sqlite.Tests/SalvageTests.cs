using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using TypedEvents.Emulator;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>A salvage copies what can be read of a damaged file to a new one that can be opened and sent, and reports the rest.</summary>
public sealed class SalvageTests : OutboxTests
{
    private const int PageSize = 4096;

    private string Salvaged => Path.Combine(Folder.Path, "salvaged.db");

    [Fact]
    public async Task An_intact_file_is_copied_completely()
    {
        EngageUser user = EngageUser.UserId("user-42");
        var registered = new RegisteredUser(user, new Euid(10000091198), Clock.GetUtcNow());
        string large = new('y', 50_000);
        IReadOnlyList<StoredEvent> pending;
        IReadOnlyList<StoredEvent> deadLetters;
        await using (SqliteOutbox outbox = Open())
        {
            await outbox.OpenAsync(Opening(new OutboxTarget(new Uri("https://api.engagelab.cc"), "shop")), Cancellation);
            var block = new EventBlock(100, "shop");
            block.Add(1, new EventSchema("sign_up"), user, "a"u8, TimeProvider.System);
            await outbox.AppendAsync([block, Block("b", large, "d"), BlockOf("held", "e"), Block([.. Enumerable.Range(0, 300).Select(i => i + new string('x', 200))])], Cancellation);
            await outbox.SaveUsersAsync([registered], Cancellation);
            await using IOutboxClaim claim = await ClaimAsync(outbox);
            List<OutboxEvent> read = await ReadAsync(claim);
            await claim.SettleDeliveredAsync(read[100..], Cancellation);
            await claim.SettleDeadLetterAsync([read[1]], Rejection, Cancellation);
            await claim.HoldAsync("held", Cancellation);
            pending = await outbox.ListAsync(OutboxQuery.Pending, int.MaxValue, Cancellation);
            deadLetters = await outbox.ListAsync(OutboxQuery.DeadLetters, int.MaxValue, Cancellation);
        }

        byte[] before = await File.ReadAllBytesAsync(Folder.Outbox, Cancellation);
        SalvageResult result = await SqliteOutbox.SalvageAsync(Folder.Outbox, Salvaged, Cancellation);
        Assert.Equal(before, await File.ReadAllBytesAsync(Folder.Outbox, Cancellation));
        Assert.Equal(Salvaged, result.FilePath);
        Assert.Equal((pending.Count, 1, 1, 1), (result.PendingEvents, result.DeadLetters, result.Users, result.HeldNames));
        Assert.Equal(0, result.MissingEvents);
        Assert.Equal(0, result.DamagedRows);
        Assert.Empty(result.DamagedPages);
        Assert.Equal(0, result.LogFramesBehindDamage);
        Assert.False(result.MayContainSettledEvents);
        Assert.True(result.IsTargetKnown);

        await using SqliteOutbox salvaged = OpenFile(Salvaged);
        Assert.Equal(pending.Select(Facts), (await salvaged.ListAsync(OutboxQuery.Pending, int.MaxValue, Cancellation)).Select(Facts));
        Assert.Equal(deadLetters.Select(Facts), (await salvaged.ListAsync(OutboxQuery.DeadLetters, int.MaxValue, Cancellation)).Select(Facts));
        Assert.Equal([registered], await salvaged.FindUsersAsync([user], Cancellation));
        await Assert.ThrowsAsync<OutboxUnusableException>(() => salvaged.OpenAsync(Opening(new OutboxTarget(new Uri("https://statistics-api.engagelab.com"), "shop")), Cancellation).AsTask());
        await Assert.ThrowsAsync<OutboxUnusableException>(() => salvaged.OpenAsync(Opening(new OutboxTarget(new Uri("https://api.engagelab.cc"), "another project")), Cancellation).AsTask());
        await salvaged.OpenAsync(Opening(new OutboxTarget(new Uri("https://api.engagelab.cc"), "shop")), Cancellation);
        await using IOutboxClaim next = await ClaimAsync(salvaged);
        Assert.Equal(["held"], next.HeldNames);
        OutboxStatistics statistics = await GetStatisticsAsync(salvaged);
        Assert.Equal(new OutboxStatistics { Appended = pending.Count + 1, Pending = pending.Count, DeadLetters = 1, PendingRegistration = 1 }, statistics);

        static object Facts(StoredEvent stored) =>
            (stored.Position, stored.State, stored.EventName, stored.AppKey, stored.User, Convert.ToHexString(stored.Json.Span), stored.AppendedAt, stored.Reason);
    }

    [Theory]
    [InlineData("targets")]
    [InlineData("outbox")]
    public async Task A_file_whose_project_was_lost_rejects_all_trackers_until_ForgetTarget_is_called(string table)
    {
        OutboxTarget target = Target("https://api.engagelab.cc");
        await using (SqliteOutbox outbox = Open())
        {
            await outbox.OpenAsync(Opening(target), Cancellation);
            await AppendAsync(outbox, "a", "b");
        }

        DamageRootOf(table);
        SalvageResult result = await SqliteOutbox.SalvageAsync(Folder.Outbox, Salvaged, Cancellation);
        Assert.Equal((false, 2), (result.IsTargetKnown, result.PendingEvents));
        await using (SqliteOutbox salvaged = OpenFile(Salvaged))
        {
            string message = (await Assert.ThrowsAsync<OutboxUnusableException>(() => salvaged.OpenAsync(Opening(target), Cancellation).AsTask())).Message;
            Assert.Contains("SqliteOutbox.ForgetTarget(path)", message, StringComparison.Ordinal);
            Assert.Equal(table == "targets", message.Contains("it was at https://api.engagelab.cc", StringComparison.Ordinal));
        }

        SqliteOutbox.ForgetTarget(Salvaged);
        await using (SqliteOutbox salvaged = OpenFile(Salvaged))
        {
            await salvaged.OpenAsync(Opening(target), Cancellation);
            await Assert.ThrowsAsync<OutboxUnusableException>(() => salvaged.OpenAsync(Opening(Target("https://api.engagelab.cc", "staging")), Cancellation).AsTask());
            Assert.Equal(["a", "b"], await ListAsync(salvaged, OutboxQuery.Pending));
        }
    }

    [Fact]
    public async Task A_file_that_no_tracker_ever_used_accepts_the_first_one_even_after_a_salvage()
    {
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "a");
        }

        Assert.True((await SqliteOutbox.SalvageAsync(Folder.Outbox, Salvaged, Cancellation)).IsTargetKnown);
        await using SqliteOutbox salvaged = OpenFile(Salvaged);
        await salvaged.OpenAsync(Opening(Target("https://api.engagelab.cc")), Cancellation);
    }

    [Theory]
    [InlineData("header", 300)]
    [InlineData("first page", 300)]
    [InlineData("one page", 250)]
    [InlineData("one bit", 250)]
    [InlineData("second half", 70)]
    [InlineData("cut within a page", 70)]
    public async Task Only_the_events_in_the_damaged_part_are_lost_and_the_rest_is_sent(string fault, int least)
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        emulator.RespondWith(EmulatorBehavior.Respond(503));
        await using (EventTracker tracker = Trackers.Create(emulator, options => options.Outbox = Open()))
        {
            for (int i = 0; i < 300; i++)
            {
                Assert.Equal(TrackResult.Accepted, tracker.Track(new Euid(1 + (i % 9)), new Stored(i, new string('x', 100))));
            }

            await tracker.StopAsync(new CancellationToken(canceled: true));
        }

        Damage(fault);
        string damaged = Folder.Outbox;
        await using (SqliteOutbox outbox = Open())
        {
            damaged = outbox.CorruptDatabasePath ?? damaged;
        }

        SalvageResult result = await SqliteOutbox.SalvageAsync(damaged, Salvaged, Cancellation);
        Assert.InRange(result.PendingEvents, least, 300);
        if (result.MissingEvents is { } missing)
        {
            Assert.Equal(300, result.PendingEvents + missing);
        }

        Assert.Equal(fault == "header" || fault == "first page", result.MayContainSettledEvents && result.PendingEvents == 300);
        emulator.RespondNormally();
        await using EventTracker again = Trackers.Create(emulator, options => options.Outbox = SqliteOutbox.Open(Salvaged));
        FlushResult last = await again.FlushAsync(Cancellation);
        Assert.Equal(FlushOutcome.Settled, last.Outcome);
        Assert.Equal(result.PendingEvents, last.Outbox!.Delivered + last.Outbox!.DeadLetters);
        Assert.InRange(last.Outbox!.Delivered, least, 300);
        Assert.Equal(last.Outbox!.Appended, last.Outbox!.Delivered + last.Outbox!.Pending + last.Outbox!.DeadLetters + last.Outbox!.Discarded.Total);
        Assert.Equal(0, last.Tracker.Tracked);
        Assert.Equal(0, last.Tracker.Buffered + last.Tracker.Appended + last.Tracker.Dropped.Total);
        Assert.Equal(0, emulator.DuplicateCount);
    }

    [Fact]
    public async Task A_salvage_survives_damage_in_any_page()
    {
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, [.. Enumerable.Range(0, 200).Select(i => i + new string('x', 300)), new string('y', 20_000)]);
        }

        byte[] sound = await File.ReadAllBytesAsync(Folder.Outbox, Cancellation);
        var random = new Random(1);
        byte[] noise = new byte[PageSize];
        for (int page = 0; page < sound.Length / PageSize; page++)
        {
            byte[] damaged = (byte[])sound.Clone();
            random.NextBytes(noise);
            noise.CopyTo(damaged, page * PageSize);
            string path = Path.Combine(Folder.Path, "damaged.db");
            await File.WriteAllBytesAsync(path, damaged, Cancellation);
            SalvageResult result = await SqliteOutbox.SalvageAsync(path, Path.Combine(Folder.Path, $"salvaged-{page}.db"), Cancellation);
            Assert.InRange(result.PendingEvents, 180, 201);
        }
    }

    [Fact]
    public async Task Settled_events_are_not_recovered()
    {
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, [.. Enumerable.Range(0, 500).Select(i => i.ToString(CultureInfo.InvariantCulture) + new string('x', 300))]);
            await using IOutboxClaim claim = await ClaimAsync(outbox);
            await claim.SettleDeliveredAsync((await ReadAsync(claim))[..490], Cancellation);
        }

        SalvageResult result = await SqliteOutbox.SalvageAsync(Folder.Outbox, Salvaged, Cancellation);
        Assert.Equal(10, result.PendingEvents);
        Assert.False(result.MayContainSettledEvents);
    }

    /// <summary>Events in pages that a damaged list takes for free are recovered, beside some that were settled.</summary>
    [Theory]
    [InlineData("a page of the list")]
    [InlineData("its first page number")]
    public async Task A_damaged_list_of_free_pages_costs_no_pending_event(string fault)
    {
        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, [.. Enumerable.Range(0, 500).Select(i => i.ToString(CultureInfo.InvariantCulture) + new string('x', 300))]);
            await using IOutboxClaim claim = await ClaimAsync(outbox);
            await claim.SettleDeliveredAsync((await ReadAsync(claim))[..400], Cancellation);
        }

        byte[] file = await File.ReadAllBytesAsync(Folder.Outbox, Cancellation);
        int trunk = (BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(32)) - 1) * PageSize;
        Assert.True(trunk > 0);
        if (fault == "a page of the list")
        {
            // Every page of the file, and more, is said to be free.
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(trunk + 4), 200);
            for (int i = 0; i < 200; i++)
            {
                BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(trunk + 8 + (i * 4)), i + 1);
            }
        }
        else
        {
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(32), 7);
        }

        await File.WriteAllBytesAsync(Folder.Outbox, file, Cancellation);

        SalvageResult result = await SqliteOutbox.SalvageAsync(Folder.Outbox, Salvaged, Cancellation);

        Assert.True(result.PendingEvents >= 100, $"{result.PendingEvents} of 100");
        Assert.True(result.MayContainSettledEvents);
    }

    [Fact]
    public async Task A_snapshot_that_can_only_be_read_is_salvaged()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has other modes and links.");
            return;
        }

        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "a", "b");
        }

        string snapshot = Path.Combine(Folder.Path, "snapshot.db");
        using (var link = Process.Start("ln", [Folder.Outbox, snapshot]))
        {
            await link.WaitForExitAsync(Cancellation);
        }

        File.SetUnixFileMode(snapshot, UnixFileMode.UserRead);
        Assert.Equal(2, (await SqliteOutbox.SalvageAsync(snapshot, Salvaged, Cancellation)).PendingEvents);
    }

    [Fact]
    public async Task A_file_of_a_newer_version_is_rejected_with_the_remedy()
    {
        await Open().DisposeAsync();
        byte[] file = await File.ReadAllBytesAsync(Folder.Outbox, Cancellation);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(60), Schema.Version + 1);
        await File.WriteAllBytesAsync(Folder.Outbox, file, Cancellation);

        InvalidDataException error = await Assert.ThrowsAsync<InvalidDataException>(() => SqliteOutbox.SalvageAsync(Folder.Outbox, Salvaged, Cancellation));

        Assert.Contains("Update the package", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Salvaged));
    }

    [Fact]
    public async Task The_log_beside_the_file_is_read_too()
    {
        await using SqliteOutbox outbox = Open();
        await AppendAsync(outbox, "a", "b");
        string copy = Path.Combine(Folder.Path, "copy.db");
        File.Copy(Folder.Outbox + "-wal", copy + "-wal");
        await File.WriteAllBytesAsync(copy, [], Cancellation);
        SalvageResult result = await SqliteOutbox.SalvageAsync(copy, Salvaged, Cancellation);
        Assert.Equal(2, result.PendingEvents);
    }

    [Fact]
    public async Task A_file_in_use_is_rejected()
    {
        await using (SqliteOutbox outbox = Open())
        {
            IOException error = await Assert.ThrowsAsync<IOException>(() => SqliteOutbox.SalvageAsync(Folder.Outbox, Salvaged, Cancellation));
            Assert.Contains("End all processes that use it", error.Message, StringComparison.Ordinal);
            Assert.False(File.Exists(Salvaged));
        }

        await SqliteOutbox.SalvageAsync(Folder.Outbox, Salvaged, Cancellation);
    }

    [Fact]
    public async Task The_new_file_must_not_exist_and_the_damaged_one_must()
    {
        await Assert.ThrowsAsync<FileNotFoundException>(() => SqliteOutbox.SalvageAsync(Folder.Outbox, Salvaged, Cancellation));
        await Open().DisposeAsync();
        await File.WriteAllTextAsync(Salvaged, "precious", Cancellation);
        Assert.Contains(Salvaged, (await Assert.ThrowsAsync<IOException>(() => SqliteOutbox.SalvageAsync(Folder.Outbox, Salvaged, Cancellation))).Message, StringComparison.Ordinal);
        Assert.Equal("precious", await File.ReadAllTextAsync(Salvaged, Cancellation));
        Assert.Equal("newPath", (await Assert.ThrowsAsync<ArgumentException>(() => SqliteOutbox.SalvageAsync(Folder.Outbox, "~/x.db", Cancellation))).ParamName);
        Assert.Equal("damagedPath", (await Assert.ThrowsAsync<ArgumentException>(() => SqliteOutbox.SalvageAsync("Data Source=x", Salvaged, Cancellation))).ParamName);
    }

    [Fact]
    public async Task A_cancelled_salvage_leaves_nothing_behind()
    {
        await Open().DisposeAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SqliteOutbox.SalvageAsync(Folder.Outbox, Salvaged, cancelled.Token));
        Assert.DoesNotContain(Directory.GetFiles(Folder.Path), file => file.StartsWith(Salvaged, StringComparison.Ordinal));
    }

    private void DamageRootOf(string table)
    {
        long page;
        using (Database database = Database.Open(Folder.Outbox, TimeSpan.FromSeconds(10)))
        {
            page = database.QueryInt64($"SELECT rootpage FROM sqlite_master WHERE name = '{table}'");
        }

        using FileStream file = File.Open(Folder.Outbox, FileMode.Open, FileAccess.ReadWrite);
        byte[] noise = new byte[PageSize];
        Array.Fill<byte>(noise, 0xFF);
        file.Seek((page - 1) * PageSize, SeekOrigin.Begin);
        file.Write(noise);
    }

    private void Damage(string fault)
    {
        using FileStream file = File.Open(Folder.Outbox, FileMode.Open, FileAccess.ReadWrite);
        void Fill(long from, long length)
        {
            file.Seek(from, SeekOrigin.Begin);
            byte[] noise = new byte[length];
            Array.Fill<byte>(noise, 0xFF);
            file.Write(noise);
        }

        long pages = file.Length / PageSize;
        switch (fault)
        {
            case "header":
                Fill(0, 100);
                break;
            case "first page":
                Fill(0, PageSize);
                break;
            case "one page":
                Fill(pages * 2 / 3 * PageSize, PageSize);
                break;
            case "one bit":
                // The number of cells of a page.
                file.Seek((pages * 2 / 3 * PageSize) + 3, SeekOrigin.Begin);
                int old = file.ReadByte();
                file.Seek(-1, SeekOrigin.Current);
                file.WriteByte((byte)(old ^ 0x80));
                break;
            case "second half":
                Fill(pages / 2 * PageSize, pages / 2 * PageSize);
                break;
            case "cut within a page":
                file.SetLength((pages / 2 * PageSize) + 100);
                break;
        }
    }
}
