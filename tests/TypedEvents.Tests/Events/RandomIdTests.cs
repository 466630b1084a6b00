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

    /// <summary>
    /// All within one millisecond, where only the random bits differ. Ten million where TYPEDEVENTS_PROPERTY_TESTS is a million. (A
    /// process of .NET can't fork, so no block of random bytes is ever there twice.)
    /// </summary>
    [Fact]
    public void No_id_comes_twice_whatever_thread_it_comes_from_and_each_is_valid()
    {
        const int Threads = 8;
        int each = (int)(Math.Max(WireValue.Count, 100_000) * 10 / Threads);
        var now = DateTimeOffset.UtcNow;
        var ids = new UInt128[Threads * each];
        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, thread =>
        {
            for (int i = 0; i < each; i++)
            {
                // As a tracker's loop does in the background.
                if (i % 1000 == 0)
                {
                    RandomId.Refill();
                }

                ids[(thread * each) + i] = BigEndian(RandomId.New(now));
            }
        });

        Array.Sort(ids);
        UInt128 previous = default;
        foreach (UInt128 id in ids)
        {
            Assert.True(id != previous, "An id came twice.");
            Assert.True((id >> 76 & 0xF) == 7 && (id >> 62 & 3) == 2, "An id is not a UUID of version 7.");
            previous = id;
        }
    }

    private static UInt128 BigEndian(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
