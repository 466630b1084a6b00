using System.Text;

namespace TypedEvents.Tests;

/// <summary>The body is the events with commas in between, however they lie in memory.</summary>
public sealed class ReportContentTests
{
    [Fact]
    public async Task Pieces_of_every_size_and_place_arrive_in_order()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var events = new List<ReadOnlyMemory<byte>>();
            var page = new EventPage(200_000);
            for (int i = random.Next(1, 60); i > 0; i--)
            {
                byte[] json = Encoding.ASCII.GetBytes(new string((char)random.Next('a', 'z' + 1), random.Next(4) == 0 ? random.Next(1, 30_000) : random.Next(1, 300)));
                if (random.Next(3) == 0 || !page.HasRoomFor(json.Length))
                {
                    events.Add(json);
                }
                else
                {
                    // One behind the other, and sometimes with one left out in between.
                    Assert.True(page.TryAdd(json, default, 0));
                    if (random.Next(5) != 0)
                    {
                        events.Add(page[page.Count - 1].Json);
                    }
                }
            }

            string expected = "{\"data\":[" + string.Join(',', events.Select(json => Encoding.ASCII.GetString(json.Span))) + "]}";
            using var content = new ReportContent("{\"data\":["u8.ToArray(), [.. events], compressor: null);
            Assert.Equal(expected.Length, content.Headers.ContentLength);
            Assert.Equal(expected, await content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [InlineData(';')]
    [InlineData(',')]
    public async Task Only_a_comma_in_between_makes_events_one_piece(char between)
    {
        byte[] memory = Encoding.ASCII.GetBytes($"first{between}second{between}third");

        using var content = new ReportContent("["u8.ToArray(), [memory.AsMemory(0, 5), memory.AsMemory(6, 6), memory.AsMemory(13)], compressor: null);

        Assert.Equal("[first,second,third]}", await content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
