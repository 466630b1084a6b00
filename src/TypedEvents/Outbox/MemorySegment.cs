using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TypedEvents;

/// <summary>A run of events of one partition in one piece of memory.</summary>
internal sealed class MemorySegment
{
    // A note is, from the lowest bit on: whether the event is gone, the number of its name, its distance from the first position.
    private const int NameBits = 12;
    private const int DistanceBits = EventPage.NoteBits - NameBits - 1;
    private const ulong Gone = 1;

    private EventPage _page;
    private readonly FewNames<string> _names = new();
    private long _firstPosition;
    private long _lastPosition;
    private int _first;
    private int _pending;

    /// <param name="capacity">What the events take together, their overhead included.</param>
    public MemorySegment(int capacity)
    {
        // So that no page has more names than a note can tell apart.
        Debug.Assert(capacity >> NameBits <= EventPage.OverheadBytes || capacity > MemoryPartition.MaxSegmentBytes, "A name costs an event at least.");
        _page = new EventPage(capacity);
    }

    public int Capacity => _page.Capacity;

    /// <summary>How many events are pending.</summary>
    public int Count => _pending;

    public bool IsEmpty => _pending == 0;

    /// <summary>Whether much of the memory holds nothing that waits, behind an event that does.</summary>
    public bool IsMostlyHoles => _pending * 4 < _page.Count - _first;

    /// <summary>Whether much of the memory was never used.</summary>
    public bool IsPartlyEmpty => _page.FreeBytes * 16 > _page.Capacity;

    /// <summary>The position of the last event that was appended to it, which may be gone.</summary>
    public long LastPosition => _lastPosition;

    /// <summary>Whether somebody may still read an event that was removed: its memory isn't used again then.</summary>
    public bool MayStillBeRead { get; set; }

    /// <summary>Which application made the events.</summary>
    public string? AppKey { get; set; }

    public long? OldestPending(HeldNames held)
    {
        for (int i = _first; i < _page.Count; i++)
        {
            ulong note = _page.NoteOf(i);
            if (!IsGone(note) && (held.IsEmpty || !held.Contains(NameIn(note))))
            {
                return PositionIn(note);
            }
        }

        return null;
    }

    /// <summary>Appends an event behind the others.</summary>
    /// <returns>Whether there is room.</returns>
    public bool TryAppend(long position, in BufferedEvent added)
    {
        if (_page.Count == 0)
        {
            _firstPosition = position;
        }

        long distance = position - _firstPosition;
        // An event that finds no room leaves no name.
        if (distance >= 1L << DistanceBits
            || !_page.HasRoomFor(added.Json.Length)
            || !_page.TryAdd(added.Json.Span, added.User, NoteOf(distance, added.EventName)))
        {
            return false;
        }

        _lastPosition = position;
        _pending++;
        return true;
    }

    /// <summary>Appends the first events of a run behind the others.</summary>
    /// <param name="position">The position of the first one; those behind it have the next ones.</param>
    /// <param name="run">The events.</param>
    /// <returns>How many there is room for.</returns>
    public int Append(long position, in EventRun run)
    {
        if (_page.Count == 0)
        {
            _firstPosition = position;
        }

        // An event that finds no room leaves no name.
        long distance = position - _firstPosition;
        if (distance >= 1L << DistanceBits || !_page.HasRoomFor(run.FirstBytes - EventPage.OverheadBytes))
        {
            return 0;
        }

        int end = (int)Math.Min(run.End, run.Begin + (1L << DistanceBits) - distance);
        int added = _page.AddRun(run.Page, run.Begin, end, NoteOf(distance, run.EventName), step: NoteOf(1, 0));
        _lastPosition = position + added - 1;
        _pending += added;
        return added;
    }

    public OutboxEvent? Find(long position, int partition)
    {
        int index = IndexAfter(position - 1);
        return index < _page.Count && _page[index] is var entry && PositionIn(entry.Note) == position && !IsGone(entry.Note) ? ToEvent(entry, partition) : null;
    }

    /// <summary>Adds events to <paramref name="destination"/>.</summary>
    /// <returns>Whether there are more than had room.</returns>
    public bool Read(int partition, long after, ref int maxEvents, ref int maxBytes, HeldNames held, ICollection<OutboxEvent> destination)
    {
        int index = Math.Max(_first, IndexAfter(after));
        EventPage.Reader reader = _page.ReadFrom(index);
        for (; reader.TryRead(out EventPage.Place place); index++)
        {
            ulong note = place.Note;
            if (IsGone(note) || (!held.IsEmpty && held.Contains(NameIn(note))))
            {
                continue;
            }

            int length = place.HasUser ? _page[index].JsonLength : place.JsonLength;
            if (maxEvents == 0 || (length > maxBytes && destination.Count > 0))
            {
                return true;
            }

            maxEvents--;
            maxBytes -= length;
            if (destination is List<OutboxEvent> list && !place.HasUser)
            {
                // What the tracker passes, and the usual event: written into its place in the list instead of copied there.
                int count = list.Count;
                CollectionsMarshal.SetCount(list, count + 1);
                OutboxEvent.Write(ref CollectionsMarshal.AsSpan(list)[count], PositionIn(note), partition, NameIn(note), AppKey, _page.JsonOf(in place));
            }
            else
            {
                destination.Add(ToEvent(_page[index], partition));
            }
        }

        return false;
    }

    /// <summary>Removes an event.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(long position, out RemovedEvent removed)
    {
        removed = default;
        int index = IndexAfter(position - 1);
        if (index >= _page.Count)
        {
            return false;
        }

        EventPage.Entry entry = _page[index];
        if (PositionIn(entry.Note) != position || IsGone(entry.Note))
        {
            return false;
        }

        removed = new RemovedEvent(entry.Size, entry.User);
        _page.SetNote(index, entry.Note | Gone);
        _pending--;
        SkipGone();
        return true;
    }

    /// <summary>Removes the first pending events as long as they are these. It keeps no mark of them: nothing looks before the first one that is left.</summary>
    /// <param name="delivered">Events in their order.</param>
    /// <param name="bytes">What those took that were removed.</param>
    /// <returns>How many were removed. Those of users with an external id aren't.</returns>
    public int RemoveFirst(ReadOnlySpan<OutboxEvent> delivered, out int bytes)
    {
        int begin = _first;
        int end = begin;
        EventPage.Reader reader = _page.ReadFrom(begin);
        foreach (ref readonly OutboxEvent one in delivered)
        {
            if (!reader.TryRead(out EventPage.Place place) || place.HasUser || IsGone(place.Note) || PositionIn(place.Note) != one.Position)
            {
                break;
            }

            end++;
        }

        bytes = _page.SizeOf(begin, end);
        _pending -= end - begin;
        _first = end;
        SkipGone();
        return end - begin;
    }

    /// <summary>Takes as much memory as the pending events need and no more. Whoever reads one keeps what it has.</summary>
    public void Shrink()
    {
        int capacity = 0;
        for (int i = _first; i < _page.Count; i++)
        {
            EventPage.Entry entry = _page[i];
            capacity += IsGone(entry.Note) ? 0 : entry.Size;
        }

        var page = new EventPage(capacity);
        for (int i = _first; i < _page.Count; i++)
        {
            EventPage.Entry entry = _page[i];
            if (!IsGone(entry.Note))
            {
                page.Add(entry, entry.Note);
            }
        }

        _page = page;
        _first = 0;
    }

    public void Reset()
    {
        _page.Clear();
        _names.Clear();
        _first = 0;
        _pending = 0;
    }

    private void SkipGone()
    {
        while (_first < _page.Count && IsGone(_page.NoteOf(_first)))
        {
            _first++;
        }
    }

    private ulong NoteOf(long distance, string eventName) => NoteOf(distance, (uint)_names.NumberOf(eventName));

    private static ulong NoteOf(long distance, uint name) => (((ulong)distance << NameBits) | name) << 1;

    private static bool IsGone(ulong note) => (note & Gone) != 0;

    private long PositionOf(int index) => PositionIn(_page.NoteOf(index));

    private long PositionIn(ulong note) => _firstPosition + (long)(note >> (NameBits + 1));

    private string NameIn(ulong note) => _names[(int)(note >> 1) & ((1 << NameBits) - 1)];

    private OutboxEvent ToEvent(in EventPage.Entry entry, int partition) => new()
    {
        Position = PositionIn(entry.Note),
        Partition = partition,
        EventName = NameIn(entry.Note),
        AppKey = AppKey,
        User = entry.User,
        Json = entry.Json,
    };

    private int IndexAfter(long position)
    {
        int low = _first;
        int high = _page.Count;

        // Mostly it is the first one: events are read and settled in order.
        if (low < high && PositionOf(low) > position)
        {
            return low;
        }

        while (low < high)
        {
            int middle = (low + high) / 2;
            if (PositionOf(middle) > position)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}
