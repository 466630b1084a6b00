using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TypedEvents;

/// <summary>The buffer behind an <see cref="EventWriter"/>: one event at a time is written into it, from the first byte on.</summary>
/// <remarks>
/// An outgrown array is left to the garbage collector and never reused: a copy of the writer may still write to it.
/// </remarks>
internal class ScratchBuffer
{
    /// <summary>Room beyond the limit, so that a value can be written whole before its length is known.</summary>
    private const int Slack = EventWriter.MaxPieceBytes;

    /// <summary>The end of a list looks at the byte before it: there always is one.</summary>
    private const int LeadBytes = 8;

    private const int InitialBytes = 1024;

    /// <summary>A larger array isn't reused for the next event, so that one large event doesn't keep its memory permanently.</summary>
    private const int MaxKeptBytes = 64 * 1024;

    private byte[] _array = [];
    private int _roomBytes;
    private nint _end;

    /// <summary>Whether the last event left state that must be reset before the next one.</summary>
    private bool _hasTraces;

    private int _elements;
    private List<string>? _nonFiniteNumbers;
    private List<InvalidValue>? _invalidValues;

    /// <summary>The last event's time.</summary>
    public RecentSecond RecentSecond;

    public ScratchBuffer()
        : this(InitialBytes)
    {
    }

    protected ScratchBuffer(int initialBytes) => Allocate(initialBytes);

    /// <summary>The largest event, in bytes.</summary>
    public int MaxBytes { get; private set; }

    /// <summary>The longest string, in bytes of UTF-8 before escaping.</summary>
    public int MaxStringBytes { get; private set; } = -1;

    /// <summary>The most characters of a string that certainly isn't longer than <see cref="MaxStringBytes"/>: none takes more than three bytes.</summary>
    public int MaxUncutCharacters { get; private set; }

    /// <summary>The smaller of <see cref="MaxUncutCharacters"/> and <see cref="PlainText.MaxShort"/>.</summary>
    public int MaxShortCharacters { get; private set; }

    /// <summary>Whether the event grew beyond <see cref="MaxBytes"/>.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>The number of strings of the event that were truncated to <see cref="MaxStringBytes"/>.</summary>
    public int StringsTruncated { get; private set; }

    /// <summary>The names of the event's properties that were omitted because they aren't finite numbers.</summary>
    public IReadOnlyList<string> NonFiniteNumbers => _nonFiniteNumbers ?? (IReadOnlyList<string>)[];

    /// <summary>Whether anything happened that the event's bytes don't show.</summary>
    public bool HasDiagnostics => _hasTraces && (StringsTruncated > 0 || _nonFiniteNumbers is { Count: > 0 } || _invalidValues is { Count: > 0 });

    /// <summary>The policy for values that fail a validation attribute.</summary>
    public ValidationFailurePolicy ValidationFailures { get; private set; }

    /// <summary>The values of the event that failed a validation attribute.</summary>
    public IReadOnlyList<InvalidValue> InvalidValues => _invalidValues ?? (IReadOnlyList<InvalidValue>)[];

    /// <summary>The first validation failure, if the policy rejects the event for it.</summary>
    public InvalidValue? Rejection =>
        ValidationFailures is ValidationFailurePolicy.RejectEvent or ValidationFailurePolicy.Throw && InvalidValues.Count > 0 ? InvalidValues[0] : null;

    /// <summary>Where the event is written; the last <see cref="EventWriter.ReserveBytes"/> are the writer's reserve.</summary>
    public Span<byte> Room => _array.AsSpan(LeadBytes, _roomBytes);

    /// <summary>Where the event begins.</summary>
    public ref byte First => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_array), LeadBytes);

    /// <summary>The first of the <see cref="EventWriter.ReserveBytes"/> behind which the array may end.</summary>
    public ref byte End => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_array), _end);

    /// <summary>Prepares the buffer for an event.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Begin(int maxBytes, int maxStringBytes, ValidationFailurePolicy validationFailures = ValidationFailurePolicy.Send)
    {
        MaxBytes = maxBytes;
        ValidationFailures = validationFailures;
        if (_hasTraces || maxStringBytes != MaxStringBytes)
        {
            Restart(maxStringBytes);
        }
    }

    /// <summary>Exchanges the array for one with room for more than <paramref name="needed"/> bytes, unless that is beyond the limit.</summary>
    public bool TryGrow(int written, long needed)
    {
        long limit = (long)MaxBytes + Slack;
        if (needed > limit)
        {
            return false;
        }

        ReadOnlySpan<byte> outgrown = _array.AsSpan(LeadBytes, written);
        Allocate((int)Math.Min(Math.Max(needed, 2L * _roomBytes), limit) + 1);
        outgrown.CopyTo(_array.AsSpan(LeadBytes, _roomBytes));
        return true;
    }

    public void NoteNonFiniteNumber(string property)
    {
        _hasTraces = true;
        (_nonFiniteNumbers ??= []).Add(property);
    }

    public void NoteInvalidValue(InvalidValue broken)
    {
        _hasTraces = true;
        (_invalidValues ??= []).Add(broken);
    }

    public void NoteTooLarge()
    {
        _hasTraces = true;
        IsTooLarge = true;
    }

    /// <summary>Counts an element of a list.</summary>
    /// <returns>Whether it can be written: <see langword="false"/> if the event is too large, or has more elements than it may have bytes.</returns>
    public bool TryCountElement()
    {
        _hasTraces = true;
        return !IsTooLarge && _elements++ < MaxBytes;
    }

    public void NoteStringTruncated()
    {
        _hasTraces = true;
        StringsTruncated++;
    }

    /// <summary>Creates an array. Tests create a longer one, and check that nothing beyond <paramref name="length"/> is overwritten.</summary>
    protected virtual byte[] NewArray(int length) => new byte[length];

    /// <summary>Resets the state that an unusual event left.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Restart(int maxStringBytes)
    {
        MaxStringBytes = maxStringBytes;
        MaxUncutCharacters = maxStringBytes / 3;
        MaxShortCharacters = Math.Min(MaxUncutCharacters, PlainText.MaxShort);
        IsTooLarge = false;
        StringsTruncated = 0;
        _elements = 0;
        _nonFiniteNumbers?.Clear();
        _invalidValues?.Clear();
        if (_array.Length > MaxKeptBytes)
        {
            Allocate(InitialBytes);
        }

        _hasTraces = false;
    }

    private void Allocate(int bytes)
    {
        _hasTraces = true;
        int roomBytes = checked(bytes + EventWriter.ReserveBytes);
        byte[] array = NewArray(checked(LeadBytes + roomBytes));

        // The unchecked writes rely on this: the end is followed by its reserve within this array.
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(array.Length, LeadBytes + roomBytes);
        _array = array;
        _roomBytes = roomBytes;
        _end = LeadBytes + bytes;
    }

    [ThreadStatic]
    private static ScratchBuffer? _ofThread;

    private bool _isRented;

    /// <summary>The thread's buffer, or a new one if the thread is already writing an event: a getter may track.</summary>
    public static ScratchBuffer Rent()
    {
        if (_ofThread is not { _isRented: false } scratch)
        {
            scratch = New();
        }

        scratch._isRented = true;
        return scratch;
    }

    public static void Return(ScratchBuffer scratch) => scratch._isRented = false;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ScratchBuffer New()
    {
        var scratch = new ScratchBuffer();
        _ofThread ??= scratch;
        return scratch;
    }
}
