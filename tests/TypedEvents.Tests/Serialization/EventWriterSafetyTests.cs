using System.Text.Json;

namespace TypedEvents.Tests;

/// <summary>Whatever a hand-written WriteProperties does, it spoils its own event at worst.</summary>
public sealed class EventWriterSafetyTests
{
    private delegate void WriteAction(ref EventWriter writer);

    [Fact]
    public void A_writer_without_a_buffer_rejects_every_member()
    {
        WriteAction[] actions =
        [
            static (ref EventWriter writer) => writer.Write(default, true),
            static (ref EventWriter writer) => writer.Write(default, true, BooleanFormat.Literal),
            static (ref EventWriter writer) => writer.Write(default, 1),
            static (ref EventWriter writer) => writer.Write(default, 1u),
            static (ref EventWriter writer) => writer.Write(default, 1L),
            static (ref EventWriter writer) => writer.Write(default, 1UL),
            static (ref EventWriter writer) => writer.Write(default, Int128.One),
            static (ref EventWriter writer) => writer.Write(default, UInt128.One),
            static (ref EventWriter writer) => writer.Write(default, Half.One),
            static (ref EventWriter writer) => writer.Write(default, 1f),
            static (ref EventWriter writer) => writer.Write(default, 1d),
            static (ref EventWriter writer) => writer.Write(default, double.NaN),
            static (ref EventWriter writer) => writer.Write(default, 1m),
            static (ref EventWriter writer) => writer.Write(default, Guid.Empty),
            static (ref EventWriter writer) => writer.Write(default, DateTime.UnixEpoch),
            static (ref EventWriter writer) => writer.Write(default, DateTimeOffset.UnixEpoch),
            static (ref EventWriter writer) => writer.Write(default, DateOnly.MinValue),
            static (ref EventWriter writer) => writer.Write(default, TimeOnly.MinValue),
            static (ref EventWriter writer) => writer.Write(default, TimeSpan.Zero),
            static (ref EventWriter writer) => writer.Write(default, 'a'),
            static (ref EventWriter writer) => writer.Write(default, "a"),
            static (ref EventWriter writer) => writer.Write(default, new Uri("a", UriKind.Relative)),
            static (ref EventWriter writer) => writer.WriteEnum(default, "\"a\""u8, 1),
            static (ref EventWriter writer) => writer.WriteEnum(default, default, 1UL),
            static (ref EventWriter writer) => writer.WriteStrings(default, ["a"]),
            static (ref EventWriter writer) => writer.WriteStrings(default, []),
            static (ref EventWriter writer) => writer.WriteListStart(default),
            static (ref EventWriter writer) => writer.WriteElement("a"),
            static (ref EventWriter writer) => writer.WriteElement(Guid.Empty),
            static (ref EventWriter writer) => writer.WriteElement(new Uri("a", UriKind.Relative)),
            static (ref EventWriter writer) => writer.WriteEnumElement(default, 1),
            static (ref EventWriter writer) => writer.WriteEnumElement(default, 1UL),
            static (ref EventWriter writer) => writer.WriteListEnd(),
        ];
        foreach (WriteAction action in actions)
        {
            Assert.Throws<InvalidOperationException>(() =>
            {
                EventWriter writer = default;
                action(ref writer);
            });
        }
    }

    [Fact]
    public void A_copy_that_outgrew_the_buffer_makes_its_own_event_fail_and_no_other()
    {
        Assert.Throws<InvalidOperationException>(() => Write(static (ref EventWriter writer) =>
        {
            EventWriter copy = writer;
            // More than a buffer reuses after an event.
            copy.Write(",\"a\":"u8, new string('a', 100_000));
            writer.Write(",\"b\":"u8, "b");
        }));
        Assert.Equal("{\"b\":1}", Properties(static (ref EventWriter writer) => writer.Write(",\"b\":"u8, 1)));
    }

    [Fact]
    public void A_copy_within_the_buffer_writes_nothing_outside_the_event()
    {
        Assert.Equal("{\"b\":\"b\"}", Properties(static (ref EventWriter writer) =>
        {
            EventWriter copy = writer;
            copy.Write(",\"a\":"u8, "copy");
            writer.Write(",\"b\":"u8, "b");
        }));
    }

    [Fact]
    public void A_writer_that_is_exchanged_for_an_empty_one_makes_its_own_event_fail() =>
        Assert.Throws<InvalidOperationException>(() => Write(static (ref EventWriter writer) => writer = default));

    [Fact]
    public void A_list_that_ends_without_a_beginning_stays_within_the_event()
    {
        byte[] json = Write(static (ref EventWriter writer) =>
        {
            writer.WriteListEnd();
            writer.WriteElement("x");
            writer.WriteListEnd();
        });
        Assert.StartsWith("{\"event_name\":\"by_hand\",\"euid\":7,", System.Text.Encoding.UTF8.GetString(json), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(960)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(70_000)]
    public void Text_of_any_length_around_the_size_of_the_buffer_arrives_whole(int length)
    {
        // Every kind of character, so that each stands somewhere at an edge: escaped, 1, 2, 3 and 4 bytes.
        string[] kinds = ["a", "\"", "\u0001", "é", "漢", "😀"];
        foreach (string kind in kinds)
        {
            string text = string.Concat(Enumerable.Repeat("x", length % 7)) + string.Concat(Enumerable.Repeat(kind, length));
            using JsonDocument json = JsonDocument.Parse(Properties((ref EventWriter writer) => writer.Write(",\"t\":"u8, text)));
            Assert.Equal(text, json.RootElement.GetProperty("t").GetString());
        }
    }

    [Fact]
    public void An_event_of_exactly_the_limit_is_written_and_one_byte_more_is_not()
    {
        int envelope = Write(static (ref EventWriter writer) => writer.Write(",\"t\":"u8, "")).Length;
        foreach (int limit in new[] { envelope, 512, 1024, 4096, 100_000 })
        {
            string fits = new('a', limit - envelope);
            Assert.Equal(limit, Write((ref EventWriter writer) => writer.Write(",\"t\":"u8, fits), limit).Length);
            Assert.Empty(Write((ref EventWriter writer) => writer.Write(",\"t\":"u8, fits + "a"), limit));
        }
    }

    [Fact]
    public void After_it_became_too_large_an_event_takes_nothing_more_and_the_next_one_is_whole()
    {
        Assert.Empty(Write(
            static (ref EventWriter writer) =>
            {
                for (int i = 0; i < 1000; i++)
                {
                    writer.Write(",\"t\":"u8, "0123456789");
                    writer.Write(",\"n\":"u8, decimal.MinValue);
                    writer.WriteListStart(",\"l\":"u8);
                    writer.WriteElement("e");
                    writer.WriteListEnd();
                }
            },
            maxBytes: 1024));
        Assert.Equal("{}", Properties(static (ref EventWriter _) => { }));
    }

    [Fact]
    public void A_getter_that_returns_a_longer_text_each_time_is_read_as_it_answers()
    {
        int length = 1;
        string Getter() => new('g', length *= 3);
        using JsonDocument json = JsonDocument.Parse(Properties((ref EventWriter writer) =>
        {
            for (int i = 0; i < 9; i++)
            {
                writer.Write(",\"t\":"u8, Getter());
            }
        }));
        Assert.Equal(9, json.RootElement.EnumerateObject().Count());
        Assert.Equal(19_683, json.RootElement.EnumerateObject().Last().Value.GetString()!.Length);
    }

    [Fact]
    public void A_getter_that_itself_tracks_writes_to_a_buffer_of_its_own()
    {
        string inner = "";
        string Getter()
        {
            inner = Properties(static (ref EventWriter writer) => writer.Write(",\"inner\":"u8, new string('i', 5000)));
            return "outer";
        }

        string outer = Properties((ref EventWriter writer) =>
        {
            writer.Write(",\"a\":"u8, Getter());
            writer.Write(",\"b\":"u8, 1);
        });
        Assert.Equal("{\"a\":\"outer\",\"b\":1}", outer);
        Assert.Equal(5012, inner.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Arrays_and_lists_of_strings_are_written_without_an_allocation(bool isArray)
    {
        string?[] array = ["a", null, "b"];
        IEnumerable<string?> strings = isArray ? array : array.ToList();
        var value = new ByHand((ref EventWriter writer) => writer.WriteStrings(",\"l\":"u8, strings));
        var scratch = new ScratchBuffer();
        long least = long.MaxValue;
        for (int round = 0; round < 10; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            scratch.Begin(1_000_000, int.MaxValue);
            Assert.True(EventEnvelope.TryWrite(scratch, new Euid(7), in value, default, TimeProvider.System, out ReadOnlySpan<byte> json));
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.True(json.EndsWith("{\"l\":[\"a\",\"b\"]}}"u8));
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public async Task A_list_that_another_thread_changes_stays_within_the_buffer()
    {
        string[] texts = ["a", new('b', 100), "\"\u0001", new('\u6F22', 700), new('d', 5000)];
        string[] list = [.. Enumerable.Repeat("a", 16)];
        var dates = new DateTimeOffset[4];
        using var stop = new CancellationTokenSource();
        Task changing = Task.Run(
            () =>
            {
                var random = new Random(1);
                while (!stop.IsCancellationRequested)
                {
                    list[random.Next(list.Length)] = texts[random.Next(texts.Length)];
                    dates[random.Next(dates.Length)] = new DateTimeOffset(random.NextInt64(DateTime.MaxValue.Ticks), TimeSpan.Zero);
                }
            },
            CancellationToken.None);
        var scratch = new CanaryBuffer(64);
        for (int i = 0; i < 2000; i++)
        {
            scratch.Begin(1_000_000, int.MaxValue);
            var value = new ByHand((ref EventWriter writer) =>
            {
                writer.WriteListStart(",\"l\":"u8);
                foreach (string item in list)
                {
                    writer.WriteElement(item);
                }

                writer.WriteListEnd();
                writer.WriteStrings(",\"s\":"u8, list);
                foreach (DateTimeOffset date in dates)
                {
                    writer.Write(",\"d\":"u8, date);
                }
            });
            Assert.True(EventEnvelope.TryWrite(scratch, new Euid(7), in value, default, TimeProvider.System, out ReadOnlySpan<byte> json));
            JsonDocument.Parse(json.ToArray()).Dispose();
            scratch.Check("The event");
        }

        await stop.CancelAsync();
        await changing;
    }

    [Fact]
    public void Events_of_every_size_around_the_buffer_are_whole()
    {
        for (int initial = 1; initial < 400; initial += 7)
        {
            for (int length = 0; length < 500; length += 3)
            {
                var scratch = new CanaryBuffer(initial);
                scratch.Begin(1_000_000, int.MaxValue);
                string text = new('t', length);
                var value = new ByHand((ref EventWriter writer) =>
                {
                    writer.Write(",\"t\":"u8, text);
                    writer.Write(",\"n\":"u8, Int128.MinValue);
                });
                Assert.True(EventEnvelope.TryWrite(scratch, new Euid(7), in value, default, TimeProvider.System, out ReadOnlySpan<byte> json));
                Assert.EndsWith($"{{\"t\":\"{text}\",\"n\":-170141183460469231731687303715884105728}}}}", System.Text.Encoding.UTF8.GetString(json), StringComparison.Ordinal);
                scratch.Check("The event");
            }
        }
    }

    private static string Properties(WriteAction action)
    {
        using JsonDocument json = JsonDocument.Parse(Write(action));
        return json.RootElement.GetProperty("properties").GetRawText();
    }

    /// <summary>Gives the event's JSON, or nothing where it is too large.</summary>
    private static byte[] Write(WriteAction action, int maxBytes = 1_000_000)
    {
        ScratchBuffer scratch = ScratchBuffer.Rent();
        try
        {
            scratch.Begin(maxBytes, int.MaxValue);
            return EventEnvelope.TryWrite(scratch, new Euid(7), new ByHand(action), default, TimeProvider.System, out ReadOnlySpan<byte> json)
                ? json.ToArray()
                : [];
        }
        finally
        {
            ScratchBuffer.Return(scratch);
        }
    }

    private readonly record struct ByHand(WriteAction Action) : IEngageEvent<ByHand>
    {
        public static EventSchema Schema { get; } = new("by_hand");

        public static void WriteProperties(ref EventWriter writer, in ByHand value) => value.Action(ref writer);

        public TrackResult Track(IEventTracker tracker, EngageUser user, EventContext context) => tracker.Track(user, this, context);
    }
}
