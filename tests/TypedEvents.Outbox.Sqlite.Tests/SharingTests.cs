using System.Diagnostics;
using System.Globalization;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>Several outboxes use one file, in this process and in others: all append, one sends, and a kill loses nothing.</summary>
public sealed class SharingTests : OutboxTests
{
    [Fact]
    public async Task One_sends_and_another_takes_over_when_it_ends()
    {
        await using SqliteOutbox one = Open();
        await using SqliteOutbox two = Open();
        IOutboxClaim claim = await ClaimAsync(one);
        Assert.Equal(Enumerable.Range(0, 16), claim.Partitions);
        Assert.Null(await two.TryClaimAsync(Cancellation));
        Assert.Null(await one.TryClaimAsync(Cancellation));

        await claim.DisposeAsync();
        await using IOutboxClaim next = await ClaimAsync(two);
        Assert.Null(await one.TryClaimAsync(Cancellation));
    }

    [Fact]
    public async Task Closing_an_outbox_releases_its_claim()
    {
        SqliteOutbox one = Open();
        await using SqliteOutbox two = Open();
        IOutboxClaim claim = await ClaimAsync(one);
        await one.DisposeAsync();
        await using IOutboxClaim next = await ClaimAsync(two);

        // Disposing the old claim later doesn't release the other outbox's claim.
        await claim.DisposeAsync();
        Assert.Null(await two.TryClaimAsync(Cancellation));
    }

    [Fact]
    public async Task All_see_each_others_events_in_one_sequence_of_positions()
    {
        await using SqliteOutbox one = Open();
        await using SqliteOutbox two = Open();
        await AppendAsync(one, "a");
        await AppendAsync(two, "b");
        await AppendAsync(one, "c");

        await using IOutboxClaim claim = await ClaimAsync(two);
        List<OutboxEvent> read = await ReadAsync(claim);
        Assert.Equal([1, 2, 3], read.Select(item => item.Position));
        Assert.Equal(["a", "b", "c"], await ListAsync(one, OutboxQuery.Pending));
        Assert.Equal(await GetStatisticsAsync(one), await GetStatisticsAsync(two));

        await claim.SettleDeliveredAsync(read, Cancellation);
        Assert.Equal(new OutboxPositions { LastAppended = 3 }, await one.GetPositionsAsync(Cancellation));
        Assert.Equal(3, (await GetStatisticsAsync(one)).Delivered);
    }

    [Fact]
    public async Task A_name_put_on_hold_by_one_is_on_hold_for_all()
    {
        await using SqliteOutbox one = Open();
        await using SqliteOutbox two = Open();
        await AppendAsync(two, "a");
        await using (IOutboxClaim claim = await ClaimAsync(one))
        {
            await claim.HoldAsync("page_viewed", Cancellation);
            await AppendAsync(two, "b");
            Assert.Empty(await ReadAsync(claim));
        }

        await using IOutboxClaim next = await ClaimAsync(two);
        Assert.Equal(["page_viewed"], next.HeldNames);
        await next.ReleaseAsync("page_viewed", Cancellation);
        Assert.Equal(2, (await ReadAsync(next)).Count);
    }

    [Fact]
    public async Task The_size_limit_is_shared()
    {
        await using SqliteOutbox one = Open(maxBytes: 64 * 1024);
        await using SqliteOutbox two = Open(maxBytes: 64 * 1024);
        await AppendAsync(one, new string('a', 60_000));
        Assert.Equal(0, await two.AppendAsync([Block(new string('b', 10_000))], Cancellation));
    }

    [Fact]
    public async Task The_bound_address_is_shared()
    {
        await using SqliteOutbox one = Open();
        await using SqliteOutbox two = Open();
        await one.OpenAsync(Opening(Target("https://api.engagelab.cc")), Cancellation);
        await Assert.ThrowsAsync<OutboxUnusableException>(() => two.OpenAsync(Opening(Target("https://statistics-api.engagelab.com")), Cancellation).AsTask());
        await two.OpenAsync(Opening(Target("https://api.engagelab.cc")), Cancellation);
    }

    [Fact]
    public async Task Concurrent_openings_of_a_new_file_create_one_outbox()
    {
        SqliteOutbox[] outboxes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Open(), Cancellation)));
        await Task.WhenAll(outboxes.Select((outbox, index) => Task.Run(() => AppendAsync(outbox, index.ToString(CultureInfo.InvariantCulture)), Cancellation)));
        Assert.Equal(8, (await GetStatisticsAsync(outboxes[0])).Pending);
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7"], (await ListAsync(outboxes[3], OutboxQuery.Pending)).Order());
        foreach (SqliteOutbox outbox in outboxes)
        {
            await outbox.DisposeAsync();
        }
    }

    /// <summary>
    /// On Unix, closing a file releases all locks of the process on it, including SQLite's. These mark the log as in use; without them the last
    /// process that ends may delete it.
    /// </summary>
    [Fact]
    public async Task Opening_the_file_again_does_not_release_the_locks_of_the_first_outbox()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc/locks exists on Linux only.");
        await using SqliteOutbox one = Open();
        await AppendAsync(one, "a");
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%i", Folder.Outbox]) { RedirectStandardOutput = true })!;
        string file = $":{(await stat.StandardOutput.ReadToEndAsync(Cancellation)).Trim()} ";
        Assert.True(IsLocked());

        await using SqliteOutbox two = Open();
        Assert.True(IsLocked());
        await Open().DisposeAsync();
        Assert.True(IsLocked());

        // The kernel may omit a line if locks, such as those of other processes, change between two reads; it never invents one.
        bool IsLocked() => Enumerable.Range(0, 100).Any(_ => File.ReadLines("/proc/locks").Any(line =>
            line.Contains("POSIX", StringComparison.Ordinal) && line.Contains($" {Environment.ProcessId} ", StringComparison.Ordinal) && line.Contains(file, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Another_process_takes_over_as_soon_as_the_sender_is_killed()
    {
        await using SqliteOutbox outbox = Open();
        using ChildProcess child = ChildProcess.Start(["claim", Folder.Outbox]);
        Assert.Equal("claimed", await child.ReadLineAsync());
        Assert.Null(await outbox.TryClaimAsync(Cancellation));
        await child.KillAsync();
        await using IOutboxClaim claim = await ClaimAsync(outbox);

        using ChildProcess late = ChildProcess.Start(["claim", Folder.Outbox]);
        Assert.Equal("rejected", await late.ReadLineAsync());
        await late.EndAsync();
    }

    [Fact]
    public async Task A_process_without_file_locks_only_appends()
    {
        await using SqliteOutbox outbox = Open();
        using ChildProcess child = ChildProcess.Start(["claim", Folder.Outbox], ("DOTNET_SYSTEM_IO_DISABLEFILELOCKING", "1"));
        Assert.Equal("only appends", await child.ReadLineAsync());
        await using IOutboxClaim claim = await ClaimAsync(outbox);
        await child.EndAsync();

        using ChildProcess appender = ChildProcess.Start(["append", Folder.Outbox, "0"], ("DOTNET_SYSTEM_IO_DISABLEFILELOCKING", "1"));
        Assert.NotNull(await appender.ReadLineAsync());
        await appender.KillAsync();
        Assert.NotEmpty(await ReadAsync(claim));
    }

    [Fact]
    public async Task A_process_without_file_locks_appends_nothing_to_a_file_that_was_bound_to_another_project()
    {
        using ChildProcess child = ChildProcess.Start(["bind", Folder.Outbox, "first"], ("DOTNET_SYSTEM_IO_DISABLEFILELOCKING", "1"));
        Assert.Equal("bound", await child.ReadLineAsync());
        await using (SqliteOutbox same = Open())
        {
            await same.OpenAsync(Opening(Target("https://api.engagelab.cc", "first")), Cancellation);
            await child.WriteLineAsync("1");
            Assert.Equal("appended", await child.ReadLineAsync());
            Assert.Equal(1, await same.PurgeAsync(OutboxQuery.Pending, Cancellation));
        }

        await using SqliteOutbox other = Open();
        await other.OpenAsync(Opening(Target("https://api.engagelab.cc", "second")), Cancellation);
        await child.WriteLineAsync("2");
        Assert.Contains("bound to another project", await child.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Empty(await ListAsync(other, OutboxQuery.Pending));
        await AppendAsync(other, "3");
        await child.EndAsync();
    }

    [Fact]
    public async Task Acknowledged_events_survive_a_kill_completely_and_once()
    {
        int next = 0;
        int acknowledged = 0;
        for (int kill = 0; kill < 4; kill++)
        {
            using ChildProcess child = ChildProcess.Start(["append", Folder.Outbox, next.ToString(CultureInfo.InvariantCulture)]);
            List<string> lines = [];
            int enough = 3 + (kill * 7);
            while (lines.Count < enough)
            {
                lines.Add((await child.ReadLineAsync())!);
            }

            lines.AddRange(await child.KillAsync());
            acknowledged = int.Parse(lines[^1], CultureInfo.InvariantCulture) + 1;

            await using SqliteOutbox outbox = Open();
            Assert.Null(outbox.CorruptDatabasePath);
            int[] kept = [.. (await ListAsync(outbox, OutboxQuery.Pending)).Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
            Assert.InRange(kept.Length, acknowledged, acknowledged + 10);
            Assert.Equal(0, kept.Length % 10);
            Assert.Equal(Enumerable.Range(0, kept.Length), kept);
            Assert.Equal(kept.Length, (await GetStatisticsAsync(outbox)).Pending);
            next = kept.Length;
        }
    }
}
