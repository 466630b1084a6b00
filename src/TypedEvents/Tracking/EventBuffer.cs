using System.Numerics;

namespace TypedEvents;

/// <summary>
/// The buffer in front of the outbox: finished bytes in blocks, in stripes that are chosen by the event's partition, so that the
/// events of one user stay in order whatever threads they come from. Its memory is bounded.
/// </summary>
internal sealed class EventBuffer
{
    private const int MaxStripes = 8;
    private const int MinBlockBytes = 4 * 1024;
    private const int MaxBlockBytes = 64 * 1024;

    private readonly BufferStripe[] _stripes;
    private readonly string? _appKey;
    private readonly long _capacity;
    private readonly int _blockBytes;
    private readonly object _poolLock = new();
    private readonly Stack<EventBlock> _pool = [];
    private volatile bool _isClosed;
    private long _taken;
    private TaskCompletionSource _room = NewSignal();

    public EventBuffer(int capacityBytes, string? appKey, TimeProvider clock)
    {
        _appKey = appKey;
        Clock = clock;
        _capacity = capacityBytes;
        _blockBytes = Math.Clamp(capacityBytes / 64, MinBlockBytes, MaxBlockBytes);
        _stripes = new BufferStripe[Math.Min(MaxStripes, (int)BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount))];
        for (int i = 0; i < _stripes.Length; i++)
        {
            _stripes[i] = new BufferStripe();
        }
    }

    public TimeProvider Clock { get; }

    /// <summary>The memory of all blocks, of those that are kept for later as well, in bytes.</summary>
    internal long MemoryBytes
    {
        get
        {
            lock (_poolLock)
            {
                return _taken + ((long)_pool.Count * _blockBytes);
            }
        }
    }

    public bool IsClosed => _isClosed;

    /// <summary>Whether the outbox has to take something now, before there is no room.</summary>
    public bool IsHalfFull => Volatile.Read(ref _taken) * 2 > _capacity;

    /// <summary>Ends when there may be room again. Take it before the attempt that may find none.</summary>
    public Task RoomMade => Volatile.Read(ref _room).Task;

    /// <inheritdoc cref="BufferStripe.TryAdd"/>
    public TrackResult TryAdd(in EncodedEvent encoded, bool isAwaited, out Task<bool>? appended, out bool isHandOverDue) =>
        _stripes[encoded.Partition & (_stripes.Length - 1)].TryAdd(this, in encoded, isAwaited, out appended, out isHandOverDue);

    /// <summary>Counts an event that isn't added.</summary>
    public void Drop(DropReason reason) => _stripes[0].Drop(reason);

    /// <summary>Takes no event any more, and ends those who wait for room.</summary>
    public void Close()
    {
        _isClosed = true;
        foreach (BufferStripe stripe in _stripes)
        {
            stripe.Close();
        }

        SignalRoom();
    }

    /// <summary>Gives the blocks that wait for the outbox, and the stripe of each: for each stripe oldest first.</summary>
    public void Seal(List<BufferStripe> stripes, List<EventBlock> blocks)
    {
        foreach (BufferStripe stripe in _stripes)
        {
            stripe.Seal(this, stripes, blocks);
        }
    }

    /// <summary>A block's events are in the outbox, or will never be: its memory is free.</summary>
    public void Complete(BufferStripe stripe, EventBlock block, bool isAppended)
    {
        stripe.Complete(block, isAppended);
        GiveBack(block);
    }

    public BufferStatistics GetStatistics()
    {
        var sum = new BufferStatistics();
        foreach (BufferStripe stripe in _stripes)
        {
            stripe.AddTo(sum);
        }

        return sum;
    }

    /// <summary>
    /// Gives an empty block with room for an event, or <see langword="null"/> where that would be over the limit. An empty buffer takes
    /// an event of any size that is allowed.
    /// </summary>
    /// <param name="bytes">What the event takes but for its overhead: <see cref="EventPage.BytesOf"/>.</param>
    internal EventBlock? TryTakeBlock(int bytes)
    {
        int size = Math.Max(bytes + EventPage.OverheadBytes, _blockBytes);
        lock (_poolLock)
        {
            if (_taken > 0 && _taken + size > _capacity)
            {
                return null;
            }

            _taken += size;
            if (size == _blockBytes && _pool.TryPop(out EventBlock? block))
            {
                return block;
            }

            // Blocks that are kept for later count against the limit, too: a larger one takes their place.
            while (_taken + ((long)_pool.Count * _blockBytes) > _capacity && _pool.TryPop(out _))
            {
            }

            return new EventBlock(size, _appKey);
        }
    }

    /// <summary>Takes back a block whose events are elsewhere.</summary>
    internal void GiveBack(EventBlock block)
    {
        lock (_poolLock)
        {
            _taken -= block.Capacity;
            if (block.Capacity == _blockBytes)
            {
                _pool.Push(block);
            }
        }

        SignalRoom();
    }

    private void SignalRoom() => Interlocked.Exchange(ref _room, NewSignal()).SetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
