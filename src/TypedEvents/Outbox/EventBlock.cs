namespace TypedEvents;

/// <summary>Events that go into an outbox together, in the order in which they were tracked.</summary>
public sealed class EventBlock
{
    /// <summary>A note is the number of the event's type, above its partition.</summary>
    private const int PartitionBits = 4;

    private readonly EventPage _page;
    private readonly FewNames<EventSchema> _schemas = new();
    private TaskCompletionSource<bool>? _appended;

    /// <param name="capacity">What the events take: <see cref="EventPage.BytesOf"/> and <see cref="EventPage.OverheadBytes"/> for each.</param>
    /// <param name="appKey">Which application makes the events.</param>
    internal EventBlock(int capacity, string? appKey)
    {
        _page = new EventPage(capacity);
        AppKey = appKey;
    }

    /// <summary>Which application made the events (<c>app_key</c>), or <see langword="null"/>.</summary>
    public string? AppKey { get; }

    /// <summary>How many events there are.</summary>
    public int Count => _page.Count;

    /// <summary>The size of the events' JSON together, in bytes.</summary>
    public int Length => _page.JsonLength;

    /// <summary>One of the events.</summary>
    /// <param name="index">Which, from 0 on.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such event.</exception>
    public BufferedEvent this[int index]
    {
        get
        {
            ulong note = _page.NoteOf(index);
            return new BufferedEvent(
                (int)(note & ((1 << PartitionBits) - 1)),
                _schemas[(int)(note >> PartitionBits)].Name,
                _page.UserOf(index),
                _page.JsonOf(index));
        }
    }

    /// <summary>What the events take in memory, the external ids of their users and the place of each event included.</summary>
    internal int UsedBytes => _page.UsedBytes;

    /// <summary>How many events came with their user's external id.</summary>
    internal int UserCount => _page.UserCount;

    internal int Capacity => _page.Capacity;

    /// <summary>When the first event came, by the tracker's clock.</summary>
    internal long FirstTimestamp { get; private set; }

    /// <summary>Ends with whether the outbox took the block.</summary>
    internal Task<bool> Appended =>
        (_appended ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <inheritdoc cref="EventPage.HasRoomFor(int)"/>
    internal bool HasRoomFor(int bytes) => _page.HasRoomFor(bytes);

    /// <param name="partition">The event's partition.</param>
    /// <param name="schema">The event's type.</param>
    /// <param name="user">The user's external id where the EUID's place is blank; <c>default</c> otherwise.</param>
    /// <param name="json">The event.</param>
    /// <param name="clock">The tracker's clock.</param>
    internal void Add(int partition, EventSchema schema, EngageUser user, ReadOnlySpan<byte> json, TimeProvider clock)
    {
        if (_page.Count == 0)
        {
            FirstTimestamp = clock.GetTimestamp();
        }

        _page.Add(json, user, ((ulong)_schemas.NumberOf(schema) << PartitionBits) | (uint)partition);
    }

    /// <summary>Takes over what a later block holds, its waiting callers included, and empties it. There is room for it.</summary>
    internal void Absorb(EventBlock later)
    {
        for (int i = 0; i < later.Count; i++)
        {
            ulong note = later._page.NoteOf(i);
            int schema = _schemas.NumberOf(later._schemas[(int)(note >> PartitionBits)]);
            _page.Add(later._page, i, ((ulong)schema << PartitionBits) | (note & ((1 << PartitionBits) - 1)));
        }

        if (_appended is null)
        {
            _appended = later._appended;
        }
        else if (later._appended is { } waiting)
        {
            _ = _appended.Task.ContinueWith(
                static (appended, waiting) => ((TaskCompletionSource<bool>)waiting!).SetResult(appended.Result),
                waiting,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }

        later._appended = null;
        later.Complete(isAppended: false);
    }

    /// <summary>Whether this block has room for all that another one holds.</summary>
    internal bool HasRoomFor(EventBlock other) => _page.HasRoomFor(other._page);

    /// <summary>Tells those who wait, and empties the block for the next events.</summary>
    internal void Complete(bool isAppended)
    {
        _appended?.SetResult(isAppended);
        _appended = null;
        _page.Clear();
        _schemas.Clear();
    }
}
