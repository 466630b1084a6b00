using System.Globalization;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>
/// In a process whose pool threads are all blocked permanently, a tracker can still be created and stopped, and its events reach the outbox.
/// </summary>
public sealed class StarvedPoolTests : OutboxTests
{
    /// <summary>Far more than measured, because the host may be busy, and far less than the 30 s after which a host kills a process.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    [Theory]
    [InlineData("memory", "stop")]
    [InlineData("memory", "dispose")]
    [InlineData("sqlite", "stop")]
    [InlineData("sqlite", "dispose")]
    public async Task A_tracker_is_created_and_stopped_in_time_and_the_outbox_gets_every_event(string kind, string end)
    {
        using ChildProcess child = ChildProcess.Start(["starve", Folder.Outbox, kind, end]);
        string[] said = (await child.ReadLineAsync())!.Split(' ');
        await child.EndAsync();

        // made in ms, ended in ms, what ran on the pool meanwhile, tracked, appended, dropped at shutdown
        Assert.InRange(Milliseconds(said[0]), TimeSpan.Zero, Patience);
        Assert.InRange(Milliseconds(said[1]), TimeSpan.Zero, Patience);
        Assert.Equal(["0", "10", "10", "0"], said[2..6]);
        if (kind == "sqlite")
        {
            await using SqliteOutbox outbox = Open();
            Assert.Equal(10, (await GetStatisticsAsync(outbox)).Pending);
        }
        else if (end == "stop")
        {
            Assert.Equal("10", said[6]); // left over in memory
        }
    }

    private static TimeSpan Milliseconds(string text) => TimeSpan.FromMilliseconds(long.Parse(text, CultureInfo.InvariantCulture));
}
