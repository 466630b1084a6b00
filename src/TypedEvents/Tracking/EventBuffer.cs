using System.Numerics;

namespace TypedEvents;

/// <summary>
/// The bounded buffer in front of the outbox: encoded events in blocks, in stripes. The event's partition selects the stripe, so that the
/// events of one user stay in order whichever threads track them.
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

    /// <summary>The memory of all blocks, pooled ones included, in bytes.</summary>
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

    /// <summary>The memory of the blocks that hold events, in bytes.</summary>
    public long UsedBytes => Volatile.Read(ref _taken);

    public bool IsClosed => _isClosed;

    /// <summary>Whether more than half of the capacity is used, so that events should be handed over now.</summary>
    public bool IsHalfFull => Volatile.Read(ref _taken) * 2 > _capacity;

    /// <summary>Completes when there may be room again. Get it before the attempt to add, or the signal may be missed.</summary>
    public Task RoomMade => Volatile.Read(ref _room).Task;

    /// <inheritdoc cref="BufferStripe.TryAdd"/>
    public TrackResult TryAdd(in EncodedEvent encoded, bool isAwaited, out Task<bool>? appended, out bool isHandOverDue) =>
        _stripes[encoded.Partition & (_stripes.Length - 1)].TryAdd(this, in encoded, isAwaited, out appended, out isHandOverDue);

    /// <summary>Counts an event that isn't added.</summary>
    public void Drop(DropReason reason) => _stripes[0].Drop(reason);

    /// <summary>Rejects all further events, and wakes callers that wait for room.</summary>
    public void Close()
    {
        _isClosed = true;
        foreach (BufferStripe stripe in _stripes)
        {
            stripe.Close();
        }

        SignalRoom();
    }

    /// <summary>Adds the blocks for the outbox to the lists, with the stripe of each; those of a stripe oldest first.</summary>
    public void Seal(List<BufferStripe> stripes, List<EventBlock> blocks)
    {
        foreach (BufferStripe stripe in _stripes)
        {
            stripe.Seal(this, stripes, blocks);
        }
    }

    /// <summary>Removes a block whose events are in the outbox or never will be, and frees its memory.</summary>
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
    /// Gets an empty block with room for an event, or <see langword="null"/> if that would exceed the capacity. An empty buffer accepts
    /// an event of any legal size.
    /// </summary>
    /// <param name="bytes">The size of the event without its overhead: <see cref="EventPage.BytesOf"/>.</param>
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

            // Pooled blocks count against the capacity, too: drop as many as the larger block needs.
            while (_taken + ((long)_pool.Count * _blockBytes) > _capacity && _pool.TryPop(out _))
            {
            }

            return new EventBlock(size, _appKey);
        }
    }

    /// <summary>
    /// Allocates blocks in the background, so that callers find one in the pool when theirs is full: twice as many as were just handed over. A buffer
    /// that is rarely filled keeps to the one block that it has.
    /// </summary>
    /// <param name="handedOver">The number of blocks that were just handed over.</param>
    internal void Prepare(int handedOver)
    {
        while (handedOver > 1 && HasRoomToPrepare(2 * handedOver))
        {
            var block = new EventBlock(_blockBytes, _appKey);
            block.TouchMemory();
            lock (_poolLock)
            {
                _pool.Push(block);
            }
        }
    }

    private bool HasRoomToPrepare(int blocks)
    {
        lock (_poolLock)
        {
            return _pool.Count < blocks && _taken + ((_pool.Count + 1L) * _blockBytes) <= _capacity / 2;
        }
    }

    /// <summary>Returns a block whose events are elsewhere.</summary>
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
