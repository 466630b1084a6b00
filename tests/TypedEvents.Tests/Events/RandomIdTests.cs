using System.Collections.Concurrent;

namespace TypedEvents.Tests;

public sealed class RandomIdTests
{
    [Fact]
    public void An_id_is_a_uuid_of_version_7_with_its_time_in_front()
    {
        var now = new DateTimeOffset(2026, 5, 4, 3, 2, 1, 678, TimeSpan.Zero);
        Guid id = RandomId.New(now);
        Assert.Equal(7, id.Version);
        Assert.InRange(id.Variant, 8, 11);
        string text = id.ToString("N");
        Assert.Equal(now.ToUnixTimeMilliseconds(), Convert.ToInt64(text[..12], 16));
    }

    [Fact]
    public void No_id_comes_twice_whatever_thread_it_comes_from()
    {
        const int PerThread = 100_000;
        var now = DateTimeOffset.UtcNow;
        ConcurrentBag<Guid[]> all = [];
        Parallel.For(0, 8, _ =>
        {
            var ids = new Guid[PerThread];
            for (int i = 0; i < ids.Length; i++)
            {
                ids[i] = RandomId.New(now);
            }

            all.Add(ids);
        });
        Assert.Equal(8 * PerThread, all.SelectMany(ids => ids).Distinct().Count());
    }
}
