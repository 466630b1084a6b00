#if !NET9_0_OR_GREATER
using Lock = System.Object;
#endif

namespace TypedEvents;

/// <summary>
/// A part of the buffer under a lock of its own, with its own statistics, so that threads that track for different users rarely
/// meet. At every instant its <c>tracked = buffered + appended + dropped</c>.
/// </summary>
internal sealed class BufferStripe
{
    private readonly Lock _lock = new();
    private readonly Queue<EventBlock> _sealed = [];
    private readonly long[] _dropped = new long[Enum.GetValues<DropReason>().Length];
    private EventBlock? _current;
    private EventBlock? _lastSealed;
    private long _tracked;
    private long _buffered;
    private long _appended;
    private bool _isClosed;

    /// <summary>Takes an event.</summary>
    /// <param name="buffer">Where blocks come from.</param>
    /// <param name="partition">The event's partition.</param>
    /// <param name="schema">The event's type.</param>
    /// <param name="externalIdUser">The user's external id where the EUID's place in <paramref name="json"/> is blank; <c>default</c> otherwise.</param>
    /// <param name="json">The event.</param>
    /// <param name="isWaiting">Whether the caller waits: for room where there is none, and until the outbox has the event.</param>
    /// <param name="appended">Ends when the outbox has the event, for a caller that waits.</param>
    /// <param name="isHandOverDue">Whether the buffer has to be handed over before long.</param>
    public TrackResult TryAdd(
        EventBuffer buffer,
        int partition,
        EventSchema schema,
        EngageUser externalIdUser,
        ReadOnlySpan<byte> json,
        bool isWaiting,
        out Task<bool>? appended,
        out bool isHandOverDue)
    {
        appended = null;
        isHandOverDue = false;
        int bytes = EventPage.BytesOf(json.Length, externalIdUser);
        lock (_lock)
        {
            if (_isClosed)
            {
                CountDropped(DropReason.Closed);
                return TrackResult.Closed;
            }

            if (_current is not null && !_current.HasRoomFor(bytes))
            {
                SealCurrent();
            }

            if (_current is null)
            {
                isHandOverDue = true;
                _current = buffer.TryTakeBlock(bytes);
                if (_current is null)
                {
                    if (!isWaiting)
                    {
                        CountDropped(DropReason.BufferFull);
                    }

                    return TrackResult.BufferFull;
                }
            }

            _current.Add(partition, schema, externalIdUser, json, buffer.Clock);
            _tracked++;
            _buffered++;
            appended = isWaiting ? _current.Appended : null;
            return TrackResult.Accepted;
        }
    }

    public void Drop(DropReason reason)
    {
        lock (_lock)
        {
            CountDropped(reason);
        }
    }

    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
        }
    }

    /// <summary>
    /// Adds the blocks that wait for the outbox, oldest first. They stay here until <see cref="Complete"/>. Nobody reads the ones that
    /// were added before.
    /// </summary>
    public void Seal(EventBuffer buffer, List<BufferStripe> stripes, List<EventBlock> blocks)
    {
        lock (_lock)
        {
            if (_current is not null)
            {
                // Where the outbox takes nothing, few events come from one attempt to the next: a block for each would be a waste.
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

    /// <summary>The oldest block's events are in the outbox, or will never be.</summary>
    public void Complete(EventBlock block, bool isAppended)
    {
        lock (_lock)
        {
            _sealed.Dequeue();
            _buffered -= block.Count;
            if (isAppended)
            {
                _appended += block.Count;
            }
            else
            {
                _dropped[(int)DropReason.AtShutdown] += block.Count;
            }
        }

        block.Complete(isAppended);
    }

    /// <summary>Adds this stripe's statistics, which are consistent, to a sum.</summary>
    public void AddTo(BufferStatistics sum)
    {
        lock (_lock)
        {
            sum.Tracked += _tracked;
            sum.Buffered += _buffered;
            sum.Appended += _appended;
            for (int i = 0; i < _dropped.Length; i++)
            {
                sum.Dropped[i] += _dropped[i];
            }

            EventBlock? oldest = _sealed.TryPeek(out EventBlock? first) ? first : _current;
            if (oldest is not null && (sum.OldestTimestamp is null || oldest.FirstTimestamp < sum.OldestTimestamp))
            {
                sum.OldestTimestamp = oldest.FirstTimestamp;
            }
        }
    }

    private void CountDropped(DropReason reason)
    {
        _tracked++;
        _dropped[(int)reason]++;
    }

    private void SealCurrent()
    {
        _sealed.Enqueue(_current!);
        _lastSealed = _current;
        _current = null;
    }
}
