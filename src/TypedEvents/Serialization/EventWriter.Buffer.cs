namespace TypedEvents;

/// <content>The room for what is written: each write asks for it here.</content>
public ref partial struct EventWriter
{
    /// <summary>How much has been written; 0 as soon as the event is too large.</summary>
    internal readonly int Written => _written;

    /// <summary>Writes bytes as they are.</summary>
    internal void WriteRaw(scoped ReadOnlySpan<byte> utf8) => WriteRaw(utf8, default);

    /// <summary>Ends the object of properties that began at <paramref name="start"/>, and the event.</summary>
    internal void EndProperties(int start)
    {
        if (_written <= start)
        {
            WriteRaw("{}}"u8);
            return;
        }

        // ,"plan":"pro" becomes {"plan":"pro"}
        _buffer[start] = (byte)'{';
        WriteRaw("}}"u8);
    }

    /// <summary>Says whether the event is within its limit, and gives its bytes.</summary>
    /// <exception cref="InvalidOperationException">The writer was exchanged for another one, or a copy of it outgrew its buffer.</exception>
    internal readonly bool TryFinish(ScratchBuffer scratch, out ReadOnlySpan<byte> json)
    {
        if (scratch.IsTooLarge || _written > scratch.MaxBytes)
        {
            json = default;
            return false;
        }

        ThrowUnlessCurrent(scratch);
        json = _buffer[.._written];
        return true;
    }

    /// <summary>Writes a name, and gives the room for a value of at most <see cref="MaxFixedValueBytes"/>.</summary>
    private bool TryBegin(scoped ReadOnlySpan<byte> name, out Span<byte> destination)
    {
        if (!TryReserve(name.Length, MaxFixedValueBytes))
        {
            destination = default;
            return false;
        }

        name.CopyTo(_buffer[_written..]);
        _written += name.Length;
        destination = _buffer[_written..];
        return true;
    }

    private void WriteRaw(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value)
    {
        if (TryReserve((long)name.Length + value.Length, 0))
        {
            name.CopyTo(_buffer[_written..]);
            _written += name.Length;
            value.CopyTo(_buffer[_written..]);
            _written += value.Length;
        }
    }

    /// <summary>Makes room.</summary>
    /// <param name="certain">Bytes that will be written.</param>
    /// <param name="atMost">Bytes that may be written after those: at most <see cref="MaxPieceBytes"/>.</param>
    /// <returns>Whether there is room; not so once the event is too large.</returns>
    private bool TryReserve(long certain, int atMost) =>
        certain + atMost <= _buffer.Length - _written || TryReserveByGrowing(certain, atMost);

    private bool TryReserveByGrowing(long certain, int atMost)
    {
        if (_scratch is null)
        {
            ThrowNoBuffer();
        }

        if (_scratch.IsTooLarge)
        {
            return false;
        }

        ThrowUnlessCurrent(_scratch);
        if (_written + certain > _scratch.MaxBytes || !_scratch.TryGrow(_written, _written + certain + atMost))
        {
            _scratch.IsTooLarge = true;
            _buffer = default;
            _written = 0;
            return false;
        }

        _buffer = _scratch.Bytes;
        return true;
    }

    private readonly void ThrowUnlessCurrent(ScratchBuffer scratch)
    {
        if (_scratch != scratch || _buffer != scratch.Bytes)
        {
            throw new InvalidOperationException("WriteProperties has to write with the EventWriter that it is given, not with a copy of it.");
        }
    }
}
