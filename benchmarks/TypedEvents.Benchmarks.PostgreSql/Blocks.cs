using System.Text;

namespace TypedEvents.Benchmarks.PostgreSql;

/// <summary>What is appended: 100 events of 250 bytes in one partition.</summary>
internal static class Blocks
{
    public const int Events = 100;
    public const int EventBytes = 250;

    private static readonly byte[] Json = Encoding.UTF8.GetBytes(new string('x', EventBytes));

    public static EventBlock[] Of(int partition, int events = Events) =>
    [
        EventBlock.Create(null, [.. Enumerable.Range(0, events).Select(_ => new BufferedEvent { Partition = partition, EventName = "page_viewed", Json = Json })]),
    ];
}
