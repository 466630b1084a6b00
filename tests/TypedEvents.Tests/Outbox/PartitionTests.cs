namespace TypedEvents.Tests;

/// <summary>A durable outbox stores the partition of each event, so a user's never changes.</summary>
public sealed class PartitionTests
{
    [Fact]
    public void A_users_partition_never_changes()
    {
        EngageUser[] users =
        [
            new Euid(1), new Euid(10000091198), new Euid(long.MaxValue),
            EngageUser.UserId("a"), EngageUser.UserId("user-42"), EngageUser.AnonymousId("user-42"), EngageUser.RegistrationId("user-42"),
            EngageUser.UserId("0b9ac1c2-7c1f-4a59-93ee-6f0e3c9b6a10"), EngageUser.UserId("zoë@example.org"), EngageUser.UserId(new string('x', 256)),
        ];
        Assert.Equal("9 15 14 6 2 1 14 10 1 10", string.Join(' ', users.Select(Partition.Of)));
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("user-{0}")]
    [InlineData("00000000-0000-0000-0000-{0:D12}")]
    [InlineData("{0}@example.org")]
    public void Users_are_spread_over_all_partitions(string format)
    {
        int[] counts = new int[Partition.Count];
        for (int i = 0; i < 16_000; i++)
        {
            counts[Partition.Of(EngageUser.UserId(string.Format(System.Globalization.CultureInfo.InvariantCulture, format, i)))]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 700, 1300));
    }
}
