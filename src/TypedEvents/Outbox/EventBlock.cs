namespace TypedEvents.Outbox;

/// <summary>Events that go into an outbox together, in the order in which they were tracked.</summary>
public sealed class EventBlock
{
    /// <summary>A note is the number of the event's name, above its partition.</summary>
    private const int PartitionBits = 4;

    private readonly EventPage _page;
    private readonly FewNames<string> _names = new();
    private TaskCompletionSource<bool>? _appended;

    /// <param name="capacity">What the events take: <see cref="EventPage.BytesOf"/> and <see cref="EventPage.OverheadBytes"/> for each.</param>
    /// <param name="appKey">Which application makes the events.</param>
    internal EventBlock(int capacity, string? appKey)
    {
        _page = new EventPage(capacity);
        AppKey = appKey;
    }

    /// <summary>Creates a block of events, for a test or a tool that appends to an outbox. A tracker creates its own blocks.</summary>
    /// <param name="appKey">The application that the events come from (<c>app_key</c>), or <see langword="null"/>.</param>
    /// <param name="events">The events, in their order. They are copied.</param>
    /// <exception cref="ArgumentOutOfRangeException">A partition is not between 0 and <see cref="Partition.Count"/> - 1.</exception>
    /// <exception cref="ArgumentException">The events take more than 16 MiB, or an event has no name or an external id over 256 characters.</exception>
    public static EventBlock Create(string? appKey, IReadOnlyList<BufferedEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        long capacity = 0;
        foreach (BufferedEvent item in events)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(item.Partition, nameof(events));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(item.Partition, Partition.Count, nameof(events));
            ArgumentException.ThrowIfNullOrEmpty(item.EventName, nameof(events));
            if (item.User is { IsExternalId: true, IsValid: false })
            {
                throw new ArgumentException($"An external id has 1 to {EngageUser.MaxIdentityLength} characters.", nameof(events));
            }

            capacity += EventPage.BytesOf(item.Json.Length, item.User) + EventPage.OverheadBytes;
        }

        if (capacity > EventPage.MaxCapacity)
        {
            throw new ArgumentException($"A block holds at most {EventPage.MaxCapacity} bytes, and these events take {capacity}.", nameof(events));
        }

        var block = new EventBlock((int)capacity, appKey);
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        foreach (BufferedEvent item in events)
        {
            names.TryAdd(item.EventName, item.EventName);
            block.Add(item.Partition, names[item.EventName], item.User, item.Json.Span, TimeProvider.System);
        }

        return block;
    }

    /// <summary>The application that the events come from (<c>app_key</c>), or <see langword="null"/>.</summary>
    public string? AppKey { get; }

    /// <summary>The number of events.</summary>
    public int Count => _page.Count;

    /// <summary>The total size of the events' JSON in bytes.</summary>
    public int Length => _page.JsonLength;

    /// <summary>One of the events.</summary>
    /// <param name="index">The index, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such event.</exception>
    public BufferedEvent this[int index]
    {
        get
        {
            EventPage.Entry entry = _page[index];
            return new BufferedEvent
            {
                Partition = (int)(entry.Note & ((1 << PartitionBits) - 1)),
                EventName = _names[(int)(entry.Note >> PartitionBits)],
                User = entry.User,
                Json = entry.Json,
            };
        }
    }

    /// <summary>The events from one on that have the same name and partition as it, and whose users' EUIDs are known.</summary>
    /// <returns>An empty run where the EUID of the first one's user isn't known.</returns>
    internal EventRun RunFrom(int index)
    {
        EventPage.Reader reader = _page.ReadFrom(index);
        if (!reader.TryRead(out EventPage.Place first))
        {
            throw new ArgumentOutOfRangeException(nameof(index), index, $"The block has {Count} events.");
        }

        int end = index;
        for (EventPage.Place next = first; !next.HasUser && next.Note == first.Note;)
        {
            end++;
            if (!reader.TryRead(out next))
            {
                break;
            }
        }

        return new EventRun(_page, index, end, (int)(first.Note & ((1 << PartitionBits) - 1)), _names[(int)(first.Note >> PartitionBits)]);
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

    /// <summary>Adds an event, if there is room for it.</summary>
    /// <param name="partition">The event's partition.</param>
    /// <param name="eventName">The event's name: the same object for all events of a type.</param>
    /// <param name="user">The user's external id where the EUID's placeholder is blank; <c>default</c> otherwise.</param>
    /// <param name="json">The event.</param>
    /// <param name="clock">The tracker's clock.</param>
    internal bool TryAdd(int partition, string eventName, EngageUser user, ReadOnlySpan<byte> json, TimeProvider clock)
    {
        if (_page.Count == 0)
        {
            FirstTimestamp = clock.GetTimestamp();
        }

        return _page.TryAdd(json, user, ((ulong)_names.NumberOf(eventName) << PartitionBits) | (uint)partition);
    }

    /// <summary>Adds an event of a type.</summary>
    /// <exception cref="InvalidOperationException">There is no room for it.</exception>
    internal void Add(int partition, EventSchema schema, EngageUser user, ReadOnlySpan<byte> json, TimeProvider clock) =>
        Add(partition, schema.Name, user, json, clock);

    private void Add(int partition, string eventName, EngageUser user, ReadOnlySpan<byte> json, TimeProvider clock)
    {
        if (!TryAdd(partition, eventName, user, json, clock))
        {
            throw new InvalidOperationException($"The block of {Capacity} bytes has no room for an event of {json.Length} bytes.");
        }
    }

    /// <summary>Takes over what a later block holds, its waiting callers included, and empties it. There is room for it.</summary>
    internal void Absorb(EventBlock later)
    {
        for (int i = 0; i < later.Count; i++)
        {
            EventPage.Entry entry = later._page[i];
            int name = _names.NumberOf(later._names[(int)(entry.Note >> PartitionBits)]);
            _page.Add(entry, ((ulong)name << PartitionBits) | (entry.Note & ((1 << PartitionBits) - 1)));
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

    /// <summary>Writes to each page of the memory, so that adding events meets no page fault.</summary>
    internal void TouchMemory() => _page.TouchMemory();

    /// <summary>Whether this block has room for all that another one holds.</summary>
    internal bool HasRoomFor(EventBlock other) => _page.HasRoomFor(other._page);

    /// <summary>Tells those who wait, and empties the block for the next events.</summary>
    internal void Complete(bool isAppended)
    {
        _appended?.SetResult(isAppended);
        _appended = null;
        _page.Clear();
        _names.Clear();
    }
}
