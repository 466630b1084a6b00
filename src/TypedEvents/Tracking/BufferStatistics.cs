namespace TypedEvents;

/// <summary>The sum of the stripes' statistics.</summary>
internal sealed class BufferStatistics
{
    public long Tracked { get; set; }

    public long Buffered { get; set; }

    public long Appended { get; set; }

    public long[] Dropped { get; } = new long[Enum.GetValues<DropReason>().Length];

    /// <summary>The timestamp of the oldest buffered event, by the tracker's clock.</summary>
    public long? OldestTimestamp { get; set; }

    public DroppedEvents ToDroppedEvents() => new()
    {
        BufferFull = Dropped[(int)DropReason.BufferFull],
        TooLarge = Dropped[(int)DropReason.TooLarge],
        Invalid = Dropped[(int)DropReason.Invalid],
        Filtered = Dropped[(int)DropReason.Filtered],
        Closed = Dropped[(int)DropReason.Closed],
        Cancelled = Dropped[(int)DropReason.Cancelled],
        OutboxUnusable = Dropped[(int)DropReason.OutboxUnusable],
        AtShutdown = Dropped[(int)DropReason.AtShutdown],
        Disabled = Dropped[(int)DropReason.Disabled],
        NoUser = Dropped[(int)DropReason.NoUser],
    };
}
