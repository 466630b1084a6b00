using System.Globalization;
using TypedEvents.Emulator;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>
/// A file is bound to one project at one address: its events and users are never sent to another one, unless the application allows it.
/// </summary>
public sealed class TargetTests : OutboxTests
{
    private const string Address = "https://api.engagelab.cc";

    [Fact]
    public async Task Another_project_is_rejected_and_each_remedy_that_the_message_names_works()
    {
        await FillAsync(Key("one"));
        string other = await RejectAsync(Key("two"));
        Assert.Contains(Folder.Outbox, other, StringComparison.Ordinal);
        Assert.Contains(Key("one").Project, other, StringComparison.Ordinal);
        Assert.Contains(Key("two").Project, other, StringComparison.Ordinal);

        // Set Project to the name in the message; after that the new key alone is sufficient.
        await using (SqliteOutbox outbox = Open())
        {
            await outbox.OpenAsync(Opening(Key("two", Key("one").Project)), Cancellation);
        }

        await using (SqliteOutbox outbox = Open())
        {
            await outbox.OpenAsync(Opening(Key("two")), Cancellation);
            await outbox.OpenAsync(Opening(Key("one")), Cancellation);
        }

        Assert.Contains("SqliteOutbox.ForgetTarget(path)", await RejectAsync(Key("three")), StringComparison.Ordinal);
        SqliteOutbox.ForgetTarget(Folder.Outbox);
        await using (SqliteOutbox outbox = Open())
        {
            await outbox.OpenAsync(Opening(Key("three")), Cancellation);
            Assert.Equal(["pending"], await ListAsync(outbox, OutboxQuery.Pending));
        }

        // The permission applies once, and to one tracker.
        await RejectAsync(Key("one"));
    }

    /// <summary>In Swedish a negative number begins with U+2212, which SQLite takes for a name.</summary>
    [Fact]
    public async Task The_target_can_be_forgotten_where_numbers_have_another_minus_sign()
    {
        await FillAsync(Key("one"));
        CultureInfo culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NegativeSign = "\u2212" } };
        try
        {
            SqliteOutbox.ForgetTarget(Folder.Outbox);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        await using SqliteOutbox outbox = Open();
        await outbox.OpenAsync(Opening(Key("two")), Cancellation);
        Assert.Equal(["pending"], await ListAsync(outbox, OutboxQuery.Pending));
    }

    [Fact]
    public async Task Users_are_removed_with_another_project_and_stay_with_a_new_key()
    {
        EngageUser user = EngageUser.UserId("user-42");
        await FillAsync(Key("one"));
        await using (SqliteOutbox outbox = Open())
        {
            await outbox.OpenAsync(Opening(Key("one")), Cancellation);
            await outbox.SaveUsersAsync([new RegisteredUser(user, new Euid(7), Clock.GetUtcNow())], Cancellation);
            await outbox.AddTargetAsync(Key("two"), Cancellation);
        }

        await using (SqliteOutbox outbox = Open())
        {
            await outbox.OpenAsync(Opening(Key("two")), Cancellation);
            Assert.Single(await outbox.FindUsersAsync([user], Cancellation));
        }

        SqliteOutbox.ForgetTarget(Folder.Outbox);
        await using (SqliteOutbox outbox = Open())
        {
            Assert.Single(await outbox.FindUsersAsync([user], Cancellation));
            await outbox.OpenAsync(Opening(Key("three")), Cancellation);
            Assert.Empty(await outbox.FindUsersAsync([user], Cancellation));
        }
    }

    [Fact]
    public async Task A_file_bound_by_a_key_accepts_the_projects_name_and_then_any_key_of_it()
    {
        await FillAsync(Key("one"));
        await using (SqliteOutbox outbox = Open())
        {
            await outbox.OpenAsync(Opening(Key("one", "shop")), Cancellation);
        }

        await using (SqliteOutbox outbox = Open())
        {
            await outbox.OpenAsync(Opening(Key("two", "shop")), Cancellation);
        }

        Assert.Contains("'shop'", await RejectAsync(Key("one", "staging")), StringComparison.Ordinal);
        Assert.Contains("'shop'", await RejectAsync(Key("three")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_project_name_does_not_open_a_file_of_another_key()
    {
        await FillAsync(Key("one"));
        await RejectAsync(Key("two", "shop"));
    }

    [Fact]
    public async Task An_empty_file_can_be_bound_to_another_target_if_no_process_has_it_open()
    {
        await using (SqliteOutbox outbox = Open())
        {
            await outbox.OpenAsync(Opening(Key("one")), Cancellation);
        }

        await using (SqliteOutbox outbox = Open())
        {
            await outbox.OpenAsync(Opening(Target("http://localhost:5000", "local")), Cancellation);

            // Not while a process has it open.
            await using SqliteOutbox second = Open();
            await Assert.ThrowsAsync<OutboxUnusableException>(() => second.OpenAsync(Opening(Key("one")), Cancellation).AsTask());
        }
    }

    [Fact]
    public async Task A_file_that_got_events_after_it_was_opened_is_not_bound_to_another_target()
    {
        await using (SqliteOutbox outbox = Open())
        {
            await outbox.OpenAsync(Opening(Key("one")), Cancellation);
        }

        await using (SqliteOutbox outbox = Open())
        {
            await AppendAsync(outbox, "pending");
            await Assert.ThrowsAsync<OutboxUnusableException>(() => outbox.OpenAsync(Opening(Key("two")), Cancellation).AsTask());
        }
    }

    [Fact]
    public async Task ForgetTarget_requires_that_no_process_has_the_file_open()
    {
        await using SqliteOutbox outbox = Open();
        IOException error = Assert.ThrowsAny<IOException>(() => SqliteOutbox.ForgetTarget(Folder.Outbox));
        Assert.Contains("End all processes that use it", error.Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => SqliteOutbox.ForgetTarget(Path.Combine(Folder.Path, "none.db")));
    }

    [Fact]
    public async Task A_target_at_another_address_is_not_added()
    {
        await FillAsync(Key("one"));
        await using SqliteOutbox outbox = Open();
        await Assert.ThrowsAsync<OutboxUnusableException>(async () => await outbox.AddTargetAsync(Target("http://localhost:5000"), Cancellation));
        await outbox.OpenAsync(Opening(Key("one")), Cancellation);
    }

    [Fact]
    public async Task A_tracker_with_another_key_is_rejected_and_after_a_rotation_either_key_opens_the_file()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        emulator.RespondWith(EmulatorBehavior.Respond(401, 40050));
        await using (EventTracker first = Create("first key"))
        {
            await first.TrackAsync(Trackers.Alice, new Stored(1, "a"), cancellationToken: Cancellation);
            await first.StopAsync(new CancellationToken(canceled: true));
        }

        OutboxUnusableException rejected = await AssertRejectedAsync("second key");
        Assert.DoesNotContain("key'", rejected.Message.Replace("API key", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("first key", rejected.Message, StringComparison.Ordinal);
        await using (EventTracker rotated = Create("first key"))
        {
            rotated.UseCredentials("second key", Trackers.ApiSecret);
            await rotated.StopAsync(Cancellation);
        }

        await Create("second key").StopAsync(new CancellationToken(canceled: true));
        await Create("first key").StopAsync(new CancellationToken(canceled: true));
        await AssertRejectedAsync("third key");

        async Task<OutboxUnusableException> AssertRejectedAsync(string key)
        {
            await using EventTracker rejected = Create(key);
            OutboxUnusableException exception = await Assert.ThrowsAsync<OutboxUnusableException>(() => rejected.StartAsync(Cancellation));
            await rejected.StopAsync(new CancellationToken(canceled: true));
            return exception;
        }

        EventTracker Create(string key) => Trackers.Create(emulator, options =>
        {
            options.ApiKey = key;
            options.Outbox = Open();
            options.ShutdownTimeout = TimeSpan.FromSeconds(30);
        });
    }

    [Fact]
    public void A_keys_hash_is_the_same_in_every_process_and_differs_by_address_and_key()
    {
        // Stored in files: it never changes.
        Assert.Equal("key-sha256:43fa79c3db86ba7d672640ae4d151219bbaa38a135baaaceafee9c90b31db317", Key("one").ApiKeyHash);
        Assert.Equal(Key("one"), OutboxTarget.Create(new Uri(Address), null, "one"));
        Assert.Equal(Key("one").ApiKeyHash, OutboxTarget.Create(new Uri("https://API.engagelab.cc/"), "shop", "one").ApiKeyHash);
        Assert.NotEqual(Key("one").ApiKeyHash, Key("two").ApiKeyHash);
        Assert.NotEqual(Key("one").ApiKeyHash, OutboxTarget.Create(new Uri("https://other.engagelab.cc"), null, "one").ApiKeyHash);
        Assert.DoesNotContain("one", Key("one").ToString(), StringComparison.Ordinal);
    }

    private static OutboxTarget Key(string key, string? project = null) => OutboxTarget.Create(new Uri(Address), project, key);

    private async Task FillAsync(OutboxTarget target)
    {
        await using SqliteOutbox outbox = Open();
        await outbox.OpenAsync(Opening(target), Cancellation);
        await AppendAsync(outbox, "pending");
    }

    private async Task<string> RejectAsync(OutboxTarget target)
    {
        await using SqliteOutbox outbox = Open();
        return (await Assert.ThrowsAsync<OutboxUnusableException>(() => outbox.OpenAsync(Opening(target), Cancellation).AsTask())).Message;
    }
}
