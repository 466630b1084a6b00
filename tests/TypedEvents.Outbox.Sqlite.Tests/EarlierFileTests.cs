using System.Text.Json;
using TypedEvents.Emulator;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>
/// Files that a tracker of an earlier version wrote are upgraded, and everything in them is sent. Each holds two delivered events, three pending
/// ones, two on hold and two dead letters, of the project "shop" at https://api.engagelab.test.
/// </summary>
public sealed class EarlierFileTests : OutboxTests
{
    private static readonly Uri Address = new("https://api.engagelab.test");

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Everything_in_the_file_is_still_there_and_is_sent_to_the_end(int schema)
    {
        Copy(schema);
        await using (SqliteOutbox outbox = Open())
        {
            Assert.Null(outbox.CorruptDatabasePath);
            Assert.Equal(Schema.Version, outbox.ReaderDatabase.QueryInt64("PRAGMA user_version"));
            OutboxStatistics statistics = (await outbox.GetStatisticsAsync(Cancellation))!;
            Assert.Equal((9, 2, 5, 1, 2, 2), (statistics.Appended, statistics.Delivered, statistics.Pending, statistics.PendingRegistration, statistics.Held, statistics.DeadLetters));
            Assert.Equal(
                [new DeadLetterReason(DeadLetterKind.UserUnknown), new DeadLetterReason(DeadLetterKind.Rejected, 40050, "parameter error")],
                (await outbox.ListAsync(OutboxQuery.DeadLetters, 10, Cancellation)).Select(letter => letter.Reason));
            Assert.Single(await outbox.FindUsersAsync([EngageUser.UserId("user-42")], Cancellation));
            await using IOutboxClaim claim = await ClaimAsync(outbox);
            Assert.Equal(["order_cancelled"], claim.HeldNames);
        }

        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using var clock = new PacedClock();
        using var client = new HttpClient(new Redirect(emulator.BaseAddress)) { Timeout = Timeout.InfiniteTimeSpan };
        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            clock.Drive(options);
            options.HttpClient = client;
            options.BaseAddress = Address;
            options.Project = "shop";
            options.Outbox = Open(clock.Time);
        });
        await clock.RunUntilAsync(emulator.WaitForEventsAsync(5, Cancellation));
        Assert.Equal(2, await tracker.Outbox.ReplayAsync(OutboxQuery.DeadLetters, Cancellation));
        await clock.RunUntilAsync(emulator.WaitForEventsAsync(7, Cancellation));

        FlushResult last = await clock.RunUntilAsync(tracker.FlushAsync(Cancellation).AsTask());
        Assert.Equal(FlushOutcome.Settled, last.Outcome);
        Assert.Equal(new OutboxStatistics { Appended = 9, Delivered = 9 }, last.Outbox);
        Assert.Equal(
            ["dead-1", "dead-2", "held-1", "held-2", "pending-1", "pending-2", "pending-3"],
            emulator.Events.Select(received => received.Properties!.Value.GetProperty("order_id").GetString()).Order(StringComparer.Ordinal));
        Assert.Equal(0, emulator.DuplicateCount);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Another_project_is_still_rejected(int schema)
    {
        Copy(schema);
        await using SqliteOutbox outbox = Open();
        OutboxUnusableException rejected = await Assert.ThrowsAsync<OutboxUnusableException>(
            () => outbox.OpenAsync(Opening(new OutboxTarget(Address, "another")), Cancellation).AsTask());
        Assert.Contains("shop", rejected.Message, StringComparison.Ordinal);
        await outbox.OpenAsync(Opening(new OutboxTarget(Address, "shop")), Cancellation);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task One_persons_events_are_found_and_erased(int schema)
    {
        Copy(schema);
        await using SqliteOutbox outbox = Open();
        EngageUser user = EngageUser.UserId("user-42");
        RegisteredUser registered = Assert.Single(await outbox.FindUsersAsync([user], Cancellation));
        Assert.Equal(0, await outbox.PurgeAsync(OutboxQuery.Pending with { User = user }, Cancellation));
        Assert.Equal(
            ["pending-1", "pending-2", "held-1", "held-2"],
            (await outbox.ListAsync(OutboxQuery.Pending with { User = registered.Euid }, 10, Cancellation)).Select(OrderOf));
        Assert.Single(await outbox.FindUsersAsync([user], Cancellation));
        Assert.Equal(4, await outbox.PurgeAsync(OutboxQuery.Pending with { User = registered.Euid }, Cancellation));
        Assert.Empty(await outbox.FindUsersAsync([user], Cancellation));
        Assert.Equal(1, (await GetStatisticsAsync(outbox)).Pending);
    }

    private static string OrderOf(StoredEvent stored)
    {
        using var json = JsonDocument.Parse(stored.Json);
        return json.RootElement.GetProperty("properties").GetProperty("order_id").GetString()!;
    }

    private void Copy(int schema)
    {
        File.Copy(Path.Combine(AppContext.BaseDirectory, "EarlierFiles", $"schema-{schema}.db"), Folder.Outbox);
        using Database database = Database.Open(Folder.Outbox, TimeSpan.Zero);
        Assert.Equal(schema, database.QueryInt64("PRAGMA user_version"));
    }

    /// <summary>Sends the requests to the emulator, whatever address the file was written for.</summary>
    private sealed class Redirect(Uri emulator) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Uri asked = request.RequestUri!;
            request.RequestUri = new Uri(emulator, asked.PathAndQuery);
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            request.RequestUri = asked;
            return response;
        }
    }
}
