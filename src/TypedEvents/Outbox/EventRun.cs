namespace TypedEvents;

/// <summary>Adjacent events of a page that have one name and one partition, and whose users' EUIDs are known.</summary>
/// <param name="Page">The page.</param>
/// <param name="Begin">The first of them.</param>
/// <param name="End">The one behind the last of them.</param>
/// <param name="Partition">Their partition.</param>
/// <param name="EventName">Their name.</param>
internal readonly record struct EventRun(EventPage Page, int Begin, int End, int Partition, string EventName)
{
    public bool IsEmpty => Begin == End;

    public int Count => End - Begin;

    /// <summary>What they take in memory.</summary>
    public int Bytes => Page.SizeOf(Begin, End);

    /// <summary>What the first one takes in memory.</summary>
    public int FirstBytes => Page.SizeOf(Begin, Begin + 1);

    /// <summary>The first of them.</summary>
    public EventRun First(int count) => new(Page, Begin, Begin + count, Partition, EventName);
}
