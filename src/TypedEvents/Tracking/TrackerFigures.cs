namespace TypedEvents;

/// <summary>The figures of the trackers that have one name, at one moment: what a collection of the metrics reports.</summary>
internal sealed class TrackerFigures(string name)
{
    public string Name { get; } = name;

    public long Tracked { get; set; }

    public long Appended { get; set; }

    public long Enlisted { get; set; }

    public long Delivered { get; set; }

    public long ValidationFailures { get; set; }

    public long FailedOpenings { get; set; }

    public DroppedEvents Dropped { get; set; } = new();

    public DiscardedEvents Discarded { get; set; } = new();

    /// <summary>The figures of the trackers that run; <see langword="null"/>: all have been stopped.</summary>
    public Living? Running { get; set; }

    /// <summary>Adds the counters of another tracker, which never decrease.</summary>
    public void Add(TrackerFigures other)
    {
        Tracked += other.Tracked;
        Appended += other.Appended;
        Enlisted += other.Enlisted;
        Delivered += other.Delivered;
        ValidationFailures += other.ValidationFailures;
        FailedOpenings += other.FailedOpenings;
        Dropped = new DroppedEvents
        {
            BufferFull = Dropped.BufferFull + other.Dropped.BufferFull,
            TooLarge = Dropped.TooLarge + other.Dropped.TooLarge,
            Invalid = Dropped.Invalid + other.Dropped.Invalid,
            Filtered = Dropped.Filtered + other.Dropped.Filtered,
            Closed = Dropped.Closed + other.Dropped.Closed,
            Cancelled = Dropped.Cancelled + other.Dropped.Cancelled,
            OutboxUnusable = Dropped.OutboxUnusable + other.Dropped.OutboxUnusable,
            AtShutdown = Dropped.AtShutdown + other.Dropped.AtShutdown,
            Disabled = Dropped.Disabled + other.Dropped.Disabled,
            NoUser = Dropped.NoUser + other.Dropped.NoUser,
        };
        Discarded = new DiscardedEvents
        {
            Evicted = Discarded.Evicted + other.Discarded.Evicted,
            Purged = Discarded.Purged + other.Discarded.Purged,
            LeftOver = Discarded.LeftOver + other.Discarded.LeftOver,
        };
        if (other.Running is { } running)
        {
            Running ??= new Living();
            Running.Add(running);
        }
    }

    /// <summary>What only a running tracker has.</summary>
    public sealed class Living
    {
        public long Buffered { get; set; }

        public long BufferUsage { get; set; }

        public long BufferLimit { get; set; }

        public TimeSpan OldestBufferedAge { get; set; }

        public PauseReason? Pause { get; set; }

        /// <summary>The state of the store; <see langword="null"/> where it isn't known.</summary>
        public OutboxStatistics? Outbox { get; set; }

        public TimeSpan? OldestPendingAge { get; set; }

        public void Add(Living other)
        {
            Buffered += other.Buffered;
            BufferUsage += other.BufferUsage;
            BufferLimit += other.BufferLimit;
            OldestBufferedAge = other.OldestBufferedAge > OldestBufferedAge ? other.OldestBufferedAge : OldestBufferedAge;
            Pause ??= other.Pause;
            OldestPendingAge = OldestPendingAge > other.OldestPendingAge ? OldestPendingAge : other.OldestPendingAge ?? OldestPendingAge;
            Outbox = (Outbox, other.Outbox) is ({ } one, { } another)
                ? one with { Pending = one.Pending + another.Pending, DeadLetters = one.DeadLetters + another.DeadLetters, Held = one.Held + another.Held }
                : Outbox ?? other.Outbox;
        }
    }
}
