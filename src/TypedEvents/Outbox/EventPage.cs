using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace TypedEvents;

/// <summary>
/// Events in one piece of memory: their JSON from the front, each followed by its user's external id where the EUID isn't known and by a comma, and
/// from the back eight bytes for each that say where it is and hold a note. So all that an event costs counts against the page's capacity, and
/// events that lie behind each other are copied in one piece, into another page or with their commas into a request.
/// </summary>
internal sealed class EventPage
{
    /// <summary>What an event takes beyond its JSON and its user's external id.</summary>
    public const int OverheadBytes = SlotBytes + CommaBytes;

    /// <summary>The bits of a note.</summary>
    public const int NoteBits = 64 - OffsetBits - 1;

    /// <summary>What a page of several events takes at most.</summary>
    public const int MaxCapacity = 1 << OffsetBits;

    private const int SlotBytes = sizeof(ulong);
    private const int CommaBytes = 1;
    private const int OffsetBits = 24;
    private const int MaxOffset = (1 << OffsetBits) - 1;
    private const ulong UserFlag = 1UL << OffsetBits;

    /// <summary>Behind an external id: its length in bytes, and its kind above that.</summary>
    private const int IdTrailerBytes = sizeof(ushort);

    private const int IdLengthBits = 14;

    private readonly byte[] _bytes;
    private int _used;

    /// <param name="capacity">What the events take together: <see cref="BytesOf"/> and <see cref="OverheadBytes"/> for each.</param>
    public EventPage(int capacity) => _bytes = GC.AllocateUninitializedArray<byte>(capacity);

    public int Count { get; private set; }

    /// <summary>How many events came with their user's external id.</summary>
    public int UserCount { get; private set; }

    public int Capacity => _bytes.Length;

    /// <summary>The JSON of all events together, in bytes.</summary>
    public int JsonLength { get; private set; }

    /// <summary>What the events take, their overhead included.</summary>
    public int UsedBytes => _used + (Count * SlotBytes);

    public int FreeBytes => _bytes.Length - UsedBytes;

    /// <summary>What an event takes but for its overhead: its JSON, and the external id of its user.</summary>
    public static int BytesOf(int jsonLength, EngageUser user) =>
        user.ExternalId is { } id ? jsonLength + Encoding.UTF8.GetByteCount(id) + IdTrailerBytes : jsonLength;

    /// <param name="bytes">What the event takes but for its overhead: <see cref="BytesOf"/>.</param>
    public bool HasRoomFor(int bytes) => FreeBytes - OverheadBytes >= bytes && _used <= MaxOffset;

    /// <summary>Whether there is room for all that another page holds.</summary>
    public bool HasRoomFor(EventPage other) => FreeBytes >= other.UsedBytes && _used + other._used <= MaxOffset;

    /// <summary>Adds an event.</summary>
    /// <returns>Whether there is room.</returns>
    public bool TryAdd(ReadOnlySpan<byte> json, EngageUser user, ulong note)
    {
        if (user.ExternalId is not null)
        {
            return TryAddWithUser(json, user, note);
        }

        if (!HasRoomFor(json.Length))
        {
            return false;
        }

        WriteSlot(Count, note, _used, hasUser: false);
        Count++;
        json.CopyTo(_bytes.AsSpan(_used));
        _bytes[_used + json.Length] = (byte)',';
        _used += json.Length + CommaBytes;
        JsonLength += json.Length;
        return true;
    }

    /// <summary>Adds events of another page that lie behind each other, and whose users' EUIDs are known: as many as there is room for.</summary>
    /// <param name="source">The other page.</param>
    /// <param name="begin">The first of them.</param>
    /// <param name="end">The one behind the last of them.</param>
    /// <param name="note">The note of the first.</param>
    /// <param name="step">By how much the note of each is larger than that of the one before.</param>
    /// <returns>How many there is room for.</returns>
    public int AddRun(EventPage source, int begin, int end, ulong note, ulong step)
    {
        Reader reader = source.ReadFrom(begin);
        int first = reader.NextOffset;
        int shift = _used - first;
        int used = _used;
        int added = 0;

        // The slots from here on, the first one last.
        Span<byte> free = _bytes.AsSpan(_used, FreeBytes);
        Span<ulong> slots = MemoryMarshal.Cast<byte, ulong>(free[(free.Length % SlotBytes)..]);
        for (int last = slots.Length - 1; (uint)last < (uint)slots.Length && added < end - begin && used <= MaxOffset && reader.TryRead(out Place place); last--)
        {
            int next = place.End + shift;
            if (next > _bytes.Length - ((Count + added + 1) * SlotBytes))
            {
                break;
            }

            slots[last] = (note << (OffsetBits + 1)) | (uint)used;
            note += step;
            used = next;
            added++;
        }

        source._bytes.AsSpan(first, used - _used).CopyTo(_bytes.AsSpan(_used));
        JsonLength += used - _used - (added * CommaBytes);
        _used = used;
        Count += added;
        return added;
    }

    /// <summary>Adds an event of another page.</summary>
    /// <exception cref="InvalidOperationException">There is no room.</exception>
    public void Add(Entry other, ulong note)
    {
        ReadOnlySpan<byte> bytes = other.Bytes.Span;
        if (!HasRoomFor(bytes.Length))
        {
            throw new InvalidOperationException($"The page of {_bytes.Length} bytes has no room for an event of {bytes.Length} bytes.");
        }

        WriteSlot(Count, note, _used, other.HasUser);
        Count++;
        UserCount += other.HasUser ? 1 : 0;
        bytes.CopyTo(_bytes.AsSpan(_used));
        _bytes[_used + bytes.Length] = (byte)',';
        _used += bytes.Length + CommaBytes;
        JsonLength += other.JsonLength;
    }

    /// <summary>One of the events.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such event.</exception>
    public Entry this[int index]
    {
        get
        {
            ulong slot = ReadSlot(index);
            int offset = OffsetIn(slot);
            int end = index + 1 == Count ? _used : OffsetIn(ReadSlot(index + 1));
            return new Entry(NoteIn(slot), (slot & UserFlag) != 0, _bytes.AsMemory(offset, end - CommaBytes - offset));
        }
    }

    public ulong NoteOf(int index) => NoteIn(ReadSlot(index));

    /// <summary>Reads the events from one on.</summary>
    public Reader ReadFrom(int index) => new(this, index);

    /// <summary>The JSON of an event whose user's EUID is known.</summary>
    public ReadOnlyMemory<byte> JsonOf(in Place place) => _bytes.AsMemory(place.Offset, place.JsonLength);

    /// <summary>What the events from one index to another, exclusively, take, their overhead included.</summary>
    public int SizeOf(int begin, int end) =>
        begin == end ? 0 : (end == Count ? _used : OffsetIn(ReadSlot(end))) - OffsetIn(ReadSlot(begin)) + ((end - begin) * SlotBytes);

    public void SetNote(int index, ulong note)
    {
        ulong slot = ReadSlot(index);
        WriteSlot(index, note, OffsetIn(slot), (slot & UserFlag) != 0);
    }

    /// <summary>Clears all of the memory, which is empty.</summary>
    public void TouchMemory() => Array.Clear(_bytes);

    public void Clear()
    {
        Count = 0;
        UserCount = 0;
        JsonLength = 0;
        _used = 0;
    }

    private static int OffsetIn(ulong slot) => (int)(slot & MaxOffset);

    private static ulong NoteIn(ulong slot) => slot >> (OffsetBits + 1);

    private bool TryAddWithUser(ReadOnlySpan<byte> json, EngageUser user, ulong note)
    {
        int idLength = Encoding.UTF8.GetByteCount(user.ExternalId!);
        if (!HasRoomFor(json.Length + idLength + IdTrailerBytes))
        {
            return false;
        }

        WriteSlot(Count, note, _used, hasUser: true);
        Count++;
        UserCount++;
        json.CopyTo(_bytes.AsSpan(_used));
        _used += json.Length;
        JsonLength += json.Length;
        Encoding.UTF8.GetBytes(user.ExternalId!, _bytes.AsSpan(_used));
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(_used + idLength), (ushort)(((int)user.Kind << IdLengthBits) | idLength));
        _used += idLength + IdTrailerBytes;
        _bytes[_used] = (byte)',';
        _used += CommaBytes;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong ReadSlot(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return MemoryMarshal.Read<ulong>(SlotOf(index));
    }

    private void WriteSlot(int index, ulong note, int offset, bool hasUser) =>
        MemoryMarshal.Write(SlotOf(index), (note << (OffsetBits + 1)) | (hasUser ? UserFlag : 0) | (uint)offset);

    private Span<byte> SlotOf(int index) => _bytes.AsSpan(_bytes.Length - ((index + 1) * SlotBytes), SlotBytes);

    /// <summary>Where an event is.</summary>
    /// <param name="slot">Its slot.</param>
    /// <param name="end">Where the next event begins.</param>
    internal readonly struct Place(ulong slot, int end)
    {
        /// <summary>Its note.</summary>
        public ulong Note => NoteIn(slot);

        /// <summary>Whether it came with its user's external id.</summary>
        public bool HasUser => (slot & UserFlag) != 0;

        /// <summary>Where its JSON begins.</summary>
        public int Offset => OffsetIn(slot);

        /// <summary>Where the next event begins, or where the last one ends.</summary>
        public int End => end;

        /// <summary>The length of its JSON, unless its user's external id is behind it.</summary>
        public int JsonLength => end - CommaBytes - Offset;
    }

    /// <summary>Reads one event after the other, with one look at each slot.</summary>
    internal ref struct Reader
    {
        private readonly int _used;

        /// <summary>The slots that aren't read yet, the first one last.</summary>
        private ReadOnlySpan<ulong> _slots;

        /// <param name="page">The page.</param>
        /// <param name="index">The first event to read, or the number of the events.</param>
        public Reader(EventPage page, int index)
        {
            _used = page._used;
            _slots = MemoryMarshal.Cast<byte, ulong>(page._bytes.AsSpan(page._bytes.Length - (page.Count * SlotBytes), (page.Count - index) * SlotBytes));
        }

        /// <summary>Where the next event begins, or where the last one ends.</summary>
        public readonly int NextOffset => _slots.IsEmpty ? _used : OffsetIn(_slots[^1]);

        /// <summary>Reads the next event.</summary>
        /// <returns>Whether there is one.</returns>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool TryRead(out Place place)
        {
            ReadOnlySpan<ulong> slots = _slots;
            int last = slots.Length - 1;
            if ((uint)last >= (uint)slots.Length)
            {
                place = default;
                return false;
            }

            int next = last - 1;
            place = new Place(slots[last], (uint)next < (uint)slots.Length ? OffsetIn(slots[next]) : _used);
            _slots = slots[..last];
            return true;
        }
    }

    /// <summary>An event of a page. It is valid until the page is cleared.</summary>
    /// <param name="Note">Its note.</param>
    /// <param name="HasUser">Whether it came with its user's external id.</param>
    /// <param name="Bytes">Its JSON, and the external id.</param>
    internal readonly record struct Entry(ulong Note, bool HasUser, ReadOnlyMemory<byte> Bytes)
    {
        public ReadOnlyMemory<byte> Json => HasUser ? Bytes[..JsonLength] : Bytes;

        public int JsonLength => HasUser ? Bytes.Length - IdTrailerBytes - IdLength : Bytes.Length;

        /// <summary>The user whose EUID isn't known; <c>default</c> where it stands in the JSON.</summary>
        public EngageUser User => HasUser ? ReadUser() : default;

        /// <summary>What it takes, its overhead included.</summary>
        public int Size => Bytes.Length + OverheadBytes;

        private int Trailer => BinaryPrimitives.ReadUInt16LittleEndian(Bytes.Span[^IdTrailerBytes..]);

        private int IdLength => Trailer & ((1 << IdLengthBits) - 1);

        private EngageUser ReadUser() =>
            EngageUser.FromIdentity((UserIdentityKind)(Trailer >> IdLengthBits), Encoding.UTF8.GetString(Bytes.Span.Slice(JsonLength, IdLength)));
    }
}
