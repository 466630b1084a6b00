using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace TypedEvents;

/// <summary>
/// Events in one piece of memory: their JSON from the front, each followed by its user's external id where the EUID isn't known, and from
/// the back eight bytes for each that say where it is and hold a note. So all that an event costs counts against the page's capacity.
/// </summary>
internal sealed class EventPage
{
    /// <summary>What an event takes beyond its JSON and its user's external id.</summary>
    public const int OverheadBytes = sizeof(ulong);

    /// <summary>The bits of a note.</summary>
    public const int NoteBits = 64 - OffsetBits - 1;

    /// <summary>What a page of several events takes at most.</summary>
    public const int MaxCapacity = 1 << OffsetBits;

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
    public int UsedBytes => _used + (Count * OverheadBytes);

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
        _used += json.Length;
        JsonLength += json.Length;
        return true;
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
        _used += bytes.Length;
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
            return new Entry(NoteIn(slot), (slot & UserFlag) != 0, _bytes.AsMemory(offset, end - offset));
        }
    }

    public ulong NoteOf(int index) => NoteIn(ReadSlot(index));

    public ulong NoteOf(int index, out bool hasUser)
    {
        ulong slot = ReadSlot(index);
        hasUser = (slot & UserFlag) != 0;
        return NoteIn(slot);
    }

    /// <summary>What the events from one index to another, exclusively, take, their overhead included.</summary>
    public int SizeOf(int begin, int end) =>
        begin == end ? 0 : (end == Count ? _used : OffsetIn(ReadSlot(end))) - OffsetIn(ReadSlot(begin)) + ((end - begin) * OverheadBytes);

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
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong ReadSlot(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return BinaryPrimitives.ReadUInt64LittleEndian(SlotOf(index));
    }

    private void WriteSlot(int index, ulong note, int offset, bool hasUser) =>
        BinaryPrimitives.WriteUInt64LittleEndian(SlotOf(index), (note << (OffsetBits + 1)) | (hasUser ? UserFlag : 0) | (uint)offset);

    private Span<byte> SlotOf(int index) => _bytes.AsSpan(_bytes.Length - ((index + 1) * OverheadBytes), OverheadBytes);

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
