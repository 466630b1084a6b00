using System.Buffers.Binary;
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
    private const ulong HasUser = 1UL << OffsetBits;

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

    /// <exception cref="InvalidOperationException">There is no room.</exception>
    public void Add(ReadOnlySpan<byte> json, EngageUser user, ulong note)
    {
        if (!TryAdd(json, user, note))
        {
            throw NewNoRoom(BytesOf(json.Length, user));
        }
    }

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
    public void Add(EventPage other, int index, ulong note)
    {
        ReadOnlySpan<byte> item = other.ItemOf(index).Span;
        bool hasUser = other.HasUserAt(index);
        if (!HasRoomFor(item.Length))
        {
            throw NewNoRoom(item.Length);
        }

        WriteSlot(Count, note, _used, hasUser);
        Count++;
        UserCount += hasUser ? 1 : 0;
        item.CopyTo(_bytes.AsSpan(_used));
        _used += item.Length;
        JsonLength += other.JsonLengthOf(index);
    }

    public ReadOnlyMemory<byte> JsonOf(int index) => ItemOf(index)[..JsonLengthOf(index)];

    /// <summary>The user whose EUID isn't known; <c>default</c> where it stands in the JSON.</summary>
    public EngageUser UserOf(int index)
    {
        if (!HasUserAt(index))
        {
            return default;
        }

        ReadOnlySpan<byte> item = ItemOf(index).Span;
        int trailer = TrailerOf(item);
        int length = trailer & ((1 << IdLengthBits) - 1);
        return EngageUser.FromIdentity((UserIdentityKind)(trailer >> IdLengthBits), Encoding.UTF8.GetString(item.Slice(item.Length - IdTrailerBytes - length, length)));
    }

    public bool HasUserAt(int index) => (ReadSlot(index) & HasUser) != 0;

    public int JsonLengthOf(int index)
    {
        ReadOnlySpan<byte> item = ItemOf(index).Span;
        return HasUserAt(index) ? item.Length - IdTrailerBytes - (TrailerOf(item) & ((1 << IdLengthBits) - 1)) : item.Length;
    }

    /// <summary>What an event takes, its overhead included.</summary>
    public int SizeOf(int index) => ItemOf(index).Length + OverheadBytes;

    public ulong NoteOf(int index) => ReadSlot(index) >> (OffsetBits + 1);

    public void SetNote(int index, ulong note) => WriteSlot(index, note, OffsetOf(index), HasUserAt(index));

    /// <summary>Clears all of the memory, which is empty.</summary>
    public void TouchMemory() => Array.Clear(_bytes);

    public void Clear()
    {
        Count = 0;
        UserCount = 0;
        JsonLength = 0;
        _used = 0;
    }

    private static int TrailerOf(ReadOnlySpan<byte> item) => BinaryPrimitives.ReadUInt16LittleEndian(item[^IdTrailerBytes..]);

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

    private InvalidOperationException NewNoRoom(int bytes) => new($"The page of {_bytes.Length} bytes has no room for an event of {bytes} bytes.");

    private ReadOnlyMemory<byte> ItemOf(int index)
    {
        int offset = OffsetOf(index);
        int end = index + 1 == Count ? _used : OffsetOf(index + 1);
        return _bytes.AsMemory(offset, end - offset);
    }

    private int OffsetOf(int index) => (int)(ReadSlot(index) & MaxOffset);

    private ulong ReadSlot(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return BinaryPrimitives.ReadUInt64LittleEndian(SlotOf(index));
    }

    private void WriteSlot(int index, ulong note, int offset, bool hasUser) =>
        BinaryPrimitives.WriteUInt64LittleEndian(SlotOf(index), (note << (OffsetBits + 1)) | (hasUser ? HasUser : 0) | (uint)offset);

    private Span<byte> SlotOf(int index) => _bytes.AsSpan(_bytes.Length - ((index + 1) * OverheadBytes), OverheadBytes);
}
