using System.Runtime.CompilerServices;
#if !NET9_0_OR_GREATER
using Lock = System.Object;
#endif

namespace TypedEvents;

/// <summary>
/// A part of the buffer with its own lock and counters, so that threads that track for different users rarely contend. Its
/// <c>tracked = buffered + appended + dropped</c> holds whenever the lock is free.
/// </summary>
internal sealed class BufferStripe
{
    private readonly Lock _lock = new();
    private readonly Queue<EventBlock> _sealed = [];
    private EventCounters _counters = new();
    private EventBlock? _current;
    private EventBlock? _lastSealed;
    private bool _isClosed;

    /// <summary>Adds an event.</summary>
    /// <param name="buffer">The owner, which has the blocks.</param>
    /// <param name="encoded">The event.</param>
    /// <param name="isAwaited">Whether the caller awaits: room where there is none, and that the outbox has the event.</param>
    /// <param name="appended">Completes when the outbox has the event; <see langword="null"/> unless the event was added and the caller awaits it.</param>
    /// <param name="isHandOverDue">Whether the buffer has to be handed over to the outbox soon.</param>
    /// <returns><see cref="TrackResult.Accepted"/>, <see cref="TrackResult.BufferFull"/> (not counted if the caller awaits room) or <see cref="TrackResult.Closed"/>.</returns>
    public TrackResult TryAdd(EventBuffer buffer, in EncodedEvent encoded, bool isAwaited, out Task<bool>? appended, out bool isHandOverDue)
    {
        isHandOverDue = false;
        lock (_lock)
        {
            if (_isClosed || _current is null || !TryAddTo(_current, buffer, in encoded))
            {
                isHandOverDue = !_isClosed;
                if (AddToNextBlock(buffer, in encoded, isAwaited) is var result and not TrackResult.Accepted)
                {
                    appended = null;
                    return result;
                }
            }

            _counters.CountBuffered();
            appended = isAwaited ? _current!.Appended : null;
            return TrackResult.Accepted;
        }
    }

    /// <summary>Counts an event that isn't added.</summary>
    public void Drop(DropReason reason)
    {
        lock (_lock)
        {
            _counters.CountDropped(reason);
        }
    }

    /// <summary>Rejects all further events.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
        }
    }

    /// <summary>
    /// Adds the blocks for the outbox to the lists, oldest first. They stay here, too, until <see cref="Complete"/>. Blocks that an earlier call
    /// returned must no longer be in use: events may have been added to the last one.
    /// </summary>
    public void Seal(EventBuffer buffer, List<BufferStripe> stripes, List<EventBlock> blocks)
    {
        lock (_lock)
        {
            if (_current is not null)
            {
                // While the outbox accepts nothing, there are few new events at each attempt; a separate block for them would waste memory.
                if (_lastSealed is not null && _sealed.Count > 0 && _lastSealed.HasRoomFor(_current))
                {
                    _lastSealed.Absorb(_current);
                    buffer.GiveBack(_current);
                    _current = null;
                }
                else
                {
                    SealCurrent();
                }
            }

            foreach (EventBlock block in _sealed)
            {
                stripes.Add(this);
                blocks.Add(block);
            }
        }
    }

    /// <summary>Removes the oldest block: its events are in the outbox, or never will be.</summary>
    public void Complete(EventBlock block, bool isAppended)
    {
        lock (_lock)
        {
            _sealed.Dequeue();
            if (isAppended)
            {
                _counters.MoveToAppended(block.Count);
            }
            else
            {
                _counters.MoveToDroppedAtShutdown(block.Count);
            }
        }

        block.Complete(isAppended);
    }

    /// <summary>Adds a consistent snapshot of this stripe's statistics to a sum.</summary>
    public void AddTo(BufferStatistics sum)
    {
        lock (_lock)
        {
            _counters.AddTo(sum);
            EventBlock? oldest = _sealed.TryPeek(out EventBlock? first) ? first : _current;
            if (oldest is not null && (sum.OldestTimestamp is null || oldest.FirstTimestamp < sum.OldestTimestamp))
            {
                sum.OldestTimestamp = oldest.FirstTimestamp;
            }
        }
    }

    private static bool TryAddTo(EventBlock block, EventBuffer buffer, in EncodedEvent encoded) =>
        block.TryAdd(encoded.Partition, encoded.Schema.Name, encoded.UnresolvedUser, encoded.Json, buffer.Clock);

    /// <summary>Adds an event for which the current block has no room.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private TrackResult AddToNextBlock(EventBuffer buffer, in EncodedEvent encoded, bool isAwaited)
    {
        if (_isClosed)
        {
            _counters.CountDropped(DropReason.Closed);
            return TrackResult.Closed;
        }

        if (_current is not null)
        {
            SealCurrent();
        }

        _current = buffer.TryTakeBlock(EventPage.BytesOf(encoded.Json.Length, encoded.UnresolvedUser));
        if (_current is not null)
        {
            TryAddTo(_current, buffer, in encoded);
            return TrackResult.Accepted;
        }

        if (!isAwaited)
        {
            _counters.CountDropped(DropReason.BufferFull);
        }

        return TrackResult.BufferFull;
    }

    private void SealCurrent()
    {
        _sealed.Enqueue(_current!);
        _lastSealed = _current;
        _current = null;
    }
}
