using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace TypedEvents;

/// <content>The room for what is written.</content>
/// <remarks>
/// <para>Invariants between any two calls, on which the unchecked writes rely:</para>
/// <list type="number">
/// <item>Current and end come from one look at one array, and are copied only together. The end lies
/// <see cref="ReserveBytes"/> before the array's; or both are null, before there is a buffer and once the event is too large.</item>
/// <item>Current lies in the array: at least one byte is before it, and the three of <c>{}}</c> have room behind it.</item>
/// <item>Where current is before the end there is room for a name and a value: one comparison for both. Whatever else is
/// written says how much it needs.</item>
/// <item>What is inlined never passes the writer by reference, so that a writer in a local of generated code stays in registers. It passes the
/// three fields, and gets the place (<see cref="FindEnd"/>).</item>
/// <item>An outgrown array is never reused: a copy of the writer may still write to it, which is harmless. That it
/// is outgrown is detected when that copy grows, or when the event ends.</item>
/// </list>
/// </remarks>
public ref partial struct EventWriter
{
    /// <summary>The longest name that is copied without a separate check of the room; longer ones are written more slowly.</summary>
    internal const int MaxNameBytes = 120;

    /// <summary>The longest value that isn't a string: an <see cref="Int128"/> has 40 bytes.</summary>
    internal const int MaxValueBytes = 64;

    /// <summary>The room that is always there after the end: for a name, a value, the bytes after a string, and the end of the event.</summary>
    internal const int ReserveBytes = 256;

    private readonly ScratchBuffer? _owner;
    private ref byte _current;
    private ref byte _end;

    internal EventWriter(ScratchBuffer owner)
    {
        _owner = owner;
        _current = ref owner.First;
        _end = ref owner.End;
    }

    private EventWriter(ScratchBuffer owner, ref byte current, ref byte end)
    {
        _owner = owner;
        _current = ref current;
        _end = ref end;
    }

    /// <summary>Whether this writer has the owner's present array: not so once the event is too large.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool WritesTo(ScratchBuffer owner) => _owner == owner && Unsafe.AreSame(ref _end, ref owner.End);

    /// <summary>How much has been written.</summary>
    /// <exception cref="InvalidOperationException">The writer was exchanged for another one, or a copy of it outgrew its buffer.</exception>
    private readonly int WrittenTo(ScratchBuffer owner)
    {
        if (!WritesTo(owner))
        {
            throw NewNotItsBuffer();
        }

        return (int)Unsafe.ByteOffset(ref owner.First, ref _current);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool HasRoomAfter(scoped ReadOnlySpan<byte> name) =>
        name.Length <= MaxNameBytes && Unsafe.IsAddressLessThan(ref _current, ref _end);

    /// <summary>Writes a name and a value of limited length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Write<TValue, TForm>(scoped ReadOnlySpan<byte> name, TValue value)
        where TForm : struct, IWireForm<TValue>
    {
        ref byte current = ref _current;
        if (name.Length <= MaxNameBytes && Unsafe.IsAddressLessThan(ref current, ref _end))
        {
            _current = ref TForm.Write(ref RawBytes.CopyLiteral(ref current, name), value);
        }
        else
        {
            _current = ref WriteSlowly<TValue, TForm>(_owner, ref current, ref _end, name, value);
            FindEnd();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ref byte WriteSlowly<TValue, TForm>(
        ScratchBuffer? owner,
        ref byte current,
        ref byte end,
        scoped ReadOnlySpan<byte> name,
        TValue value)
        where TForm : struct, IWireForm<TValue>
    {
        EventWriter writer = Resume(owner, ref current, ref end);
        if (writer.TryReserve(name.Length, MaxValueBytes))
        {
            writer._current = ref TForm.Write(ref RawBytes.Copy(ref writer._current, name), value);
        }

        return ref writer._current;
    }

    /// <summary>Writes a name and a value that is JSON already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void WriteJson(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value)
    {
        if (value.Length <= MaxValueBytes && HasRoomAfter(name))
        {
            _current = ref RawBytes.Copy(ref RawBytes.Copy(ref _current, name), value);
        }
        else
        {
            _current = ref WriteJsonSlowly(_owner, ref _current, ref _end, name, value);
            FindEnd();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ref byte WriteJsonSlowly(
        ScratchBuffer? owner,
        ref byte current,
        ref byte end,
        scoped ReadOnlySpan<byte> name,
        scoped ReadOnlySpan<byte> value)
    {
        EventWriter writer = Resume(owner, ref current, ref end);
        if (writer.TryReserve((long)name.Length + value.Length))
        {
            writer._current = ref RawBytes.Copy(ref RawBytes.Copy(ref writer._current, name), value);
        }

        return ref writer._current;
    }

    /// <summary>The writer with these fields, for a method that was given them.</summary>
    /// <exception cref="InvalidOperationException">The writer has no buffer, or a copy of it outgrew the buffer.</exception>
    private static EventWriter Resume(ScratchBuffer? owner, ref byte current, ref byte end)
    {
        if (owner is null)
        {
            ThrowNoBuffer();
        }

        // Otherwise the returned place wouldn't be in the owner's array, where it is looked for.
        if (!Unsafe.IsNullRef(ref end) && !Unsafe.AreSame(ref end, ref owner.End))
        {
            throw NewNotItsBuffer();
        }

        return new EventWriter(owner, ref current, ref end);
    }

    /// <summary>Finds the end that belongs to the current place, after a method returned the place that may have exchanged the array.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void FindEnd() => _end = ref EndAfter(_owner!, ref _current);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ref byte EndAfter(ScratchBuffer owner, scoped ref byte place)
    {
        if (Unsafe.IsNullRef(ref place))
        {
            return ref Unsafe.NullRef<byte>();
        }

        return ref owner.End;
    }

    /// <summary>Makes room before the end.</summary>
    /// <param name="certain">Bytes that will be written.</param>
    /// <param name="atMost">Bytes that may be written after those: at most <see cref="MaxPieceBytes"/>.</param>
    /// <returns>Whether there is room; not so once the event is too large.</returns>
    private bool TryReserve(long certain, int atMost = 0) =>
        (certain + atMost < Unsafe.ByteOffset(ref _current, ref _end)) || TryGrow(certain, atMost);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryGrow(long certain, int atMost)
    {
        if (_owner is null)
        {
            ThrowNoBuffer();
        }

        if (_owner.IsTooLarge)
        {
            return false;
        }

        int written = WrittenTo(_owner);
        if (written + certain > _owner.MaxBytes || !_owner.TryGrow(written, written + certain + atMost))
        {
            AbandonEvent(_owner);
            return false;
        }

        _current = ref RawBytes.Skip(ref _owner.First, written);
        _end = ref _owner.End;
        return true;
    }

    /// <summary>The event is too large: nothing more of it is written.</summary>
    private void AbandonEvent(ScratchBuffer owner)
    {
        owner.NoteTooLarge();
        _current = ref Unsafe.NullRef<byte>();
        _end = ref Unsafe.NullRef<byte>();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void NoteNonFiniteNumber(ScratchBuffer? owner, scoped ReadOnlySpan<byte> name)
    {
        if (owner is null)
        {
            ThrowNoBuffer();
        }

        // ,"ratio": is the property ratio.
        owner.NoteNonFiniteNumber(System.Text.Encoding.UTF8.GetString(name.Trim(",\":"u8)));
    }

    private static InvalidOperationException NewNotItsBuffer() =>
        new("WriteProperties must write with the EventWriter that it is given, not with a copy.");

    [DoesNotReturn]
    private static void ThrowNoBuffer() =>
        throw new InvalidOperationException("This EventWriter has no buffer; only the one passed to WriteProperties can write.");
}
