using System.Globalization;
using System.Text;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>The limits count the size of events in the file: not only their JSON, but also their users' ids and the overhead.</summary>
public sealed class LimitTests : OutboxTests
{
    [Theory]
    [InlineData(0, 100)]
    [InlineData(10, 100)]
    [InlineData(256, 100)]
    [InlineData(0, 1500)]
    [InlineData(40, 20)]
    public async Task The_counted_size_of_pending_events_is_close_to_the_growth_of_the_file(int idLength, int jsonLength)
    {
        const int Events = 4000;
        await using SqliteOutbox outbox = Open(maxBytes: 1L << 30);
        long before = SizeOfFile(outbox);
        for (int i = 0; i < Events / 100; i++)
        {
            Assert.Equal(1, await outbox.AppendAsync([BlockOf100(i * 100, idLength, jsonLength)], Cancellation));
        }

        long counted = outbox.ReaderDatabase.QueryInt64("SELECT waiting_bytes FROM outbox");

        // A page of 4 KiB has room for two of the largest ones, and the rest of it stays free.
        Assert.InRange((double)(SizeOfFile(outbox) - before) / counted, 0.8, jsonLength > 1000 ? 1.5 : 1.3);
    }

    [Fact]
    public async Task Long_external_ids_fill_the_outbox_before_their_json_would()
    {
        await using SqliteOutbox outbox = Open(maxBytes: 64 * 1024);
        int appended = 0;
        while (await outbox.AppendAsync([BlockOf100(appended, 256, 10)], Cancellation) > 0)
        {
            appended += 100;
        }

        // 100 of them have 1,000 bytes of JSON and 34,000 in all.
        Assert.Equal(100, appended);
    }

    [Fact]
    public async Task Reasons_count_against_the_limit_of_dead_letters()
    {
        await using SqliteOutbox outbox = OpenFile(
            Folder.Outbox,
            new SqliteOutboxOptions { MaxDeadLetterBytes = 64 * 1024, TimeProvider = Clock, LoggerFactory = Logger });
        await AppendAsync(outbox, [.. Enumerable.Range(0, 100).Select(i => $"{i}")]);
        await using IOutboxClaim claim = await ClaimAsync(outbox);
        var reason = new DeadLetterReason(DeadLetterKind.Rejected, 40001, new string('m', 1000));
        foreach (OutboxEvent read in await ReadAsync(claim))
        {
            await claim.SettleDeadLetterAsync([read], reason, Cancellation);
        }

        OutboxStatistics statistics = await GetStatisticsAsync(outbox);
        Assert.InRange(statistics.DeadLetters, 55, 64);

        // Replayed events lose their reasons, and a recount has the same result.
        Assert.Equal(statistics.DeadLetters, await outbox.ReplayAsync(OutboxQuery.DeadLetters, Cancellation));
        await outbox.DisposeAsync();
        using (Database database = Database.Open(Folder.Outbox, TimeSpan.FromSeconds(10)))
        {
            // Only to make the next opening recount.
            database.Execute("UPDATE outbox SET is_doubtful = 1");
        }

        await Open().DisposeAsync();
        Assert.Empty(Logger.Entries);
    }

    private static long SizeOfFile(SqliteOutbox outbox) =>
        outbox.WriterDatabase.QueryInt64("SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size");

    private static EventBlock BlockOf100(int first, int idLength, int jsonLength)
    {
        var block = new EventBlock(100 * (idLength + jsonLength + 16), appKey: null);
        for (int i = first; i < first + 100; i++)
        {
            string number = i.ToString(CultureInfo.InvariantCulture);
            EngageUser user = idLength == 0 ? default : EngageUser.UserId(number.PadLeft(idLength, 'i'));
            block.Add(i % 16, new EventSchema("page_viewed"), user, Encoding.UTF8.GetBytes(number.PadLeft(jsonLength, 'x')), TimeProvider.System);
        }

        return block;
    }
}
