using System.Buffers.Binary;

namespace TypedEvents;

/// <summary>
/// Events in one piece of memory: their JSON from the front, and from the back eight bytes for each that say where it is and hold a note.
/// These eight bytes are all that an event costs beyond its JSON.
/// </summary>
internal sealed class EventPage
{
    /// <summary>What an event takes beyond its JSON.</summary>
    public const int OverheadBytes = sizeof(ulong);

    /// <summary>The bits of a note.</summary>
    public const int NoteBits = 64 - OffsetBits;

    private const int OffsetBits = 24;
    private const int MaxOffset = (1 << OffsetBits) - 1;

    private readonly byte[] _bytes;
    private int _used;

    /// <param name="capacity">JSON and overhead of the events together.</param>
    public EventPage(int capacity) => _bytes = GC.AllocateUninitializedArray<byte>(capacity);

    public int Count { get; private set; }

    public int Capacity => _bytes.Length;

    /// <summary>The JSON of all events together, in bytes.</summary>
    public int JsonLength => _used;

    public int FreeBytes => _bytes.Length - _used - (Count * OverheadBytes);

    public bool HasRoomFor(int length) => FreeBytes - OverheadBytes >= length && _used <= MaxOffset;

    /// <exception cref="InvalidOperationException">There is no room.</exception>
    public void Add(ReadOnlySpan<byte> json, ulong note)
    {
        if (!HasRoomFor(json.Length))
        {
            throw new InvalidOperationException($"The page of {_bytes.Length} bytes has no room for an event of {json.Length} bytes.");
        }

        json.CopyTo(_bytes.AsSpan(_used));
        BinaryPrimitives.WriteUInt64LittleEndian(SlotOf(Count), (note << OffsetBits) | (uint)_used);
        _used += json.Length;
        Count++;
    }

    public ReadOnlyMemory<byte> JsonOf(int index)
    {
        int offset = OffsetOf(index);
        return _bytes.AsMemory(offset, EndOf(index) - offset);
    }

    public int LengthOf(int index) => EndOf(index) - OffsetOf(index);

    public ulong NoteOf(int index) => ReadSlot(index) >> OffsetBits;

    public void SetNote(int index, ulong note) =>
        BinaryPrimitives.WriteUInt64LittleEndian(SlotOf(index), (note << OffsetBits) | (uint)OffsetOf(index));

    public void Clear()
    {
        Count = 0;
        _used = 0;
    }

    private int EndOf(int index) => index + 1 == Count ? _used : OffsetOf(index + 1);

    private int OffsetOf(int index) => (int)(ReadSlot(index) & MaxOffset);

    private ulong ReadSlot(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return BinaryPrimitives.ReadUInt64LittleEndian(SlotOf(index));
    }

    private Span<byte> SlotOf(int index) => _bytes.AsSpan(_bytes.Length - ((index + 1) * OverheadBytes), OverheadBytes);
}
