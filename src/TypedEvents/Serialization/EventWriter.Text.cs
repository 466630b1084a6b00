using System.Runtime.CompilerServices;

namespace TypedEvents;

/// <content>Strings: escaped as far as JSON demands, and truncated if the tracker's options say so.</content>
public ref partial struct EventWriter
{
    /// <summary>A long string is written in pieces of this many characters, so that it doesn't need a buffer of six times its length.</summary>
    private const int PieceCharacters = 1024;

    /// <summary>The most that is ever asked for beyond what is certain to be written.</summary>
    internal const int MaxPieceBytes = PieceCharacters * JsonText.MaxBytesPerCharacter;

    /// <summary>The byte after a property's string: the quote.</summary>
    private const int PropertyEnd = 1;

    /// <summary>The bytes after an element's string: the quote and a comma.</summary>
    private const int ElementEnd = 2;

    /// <summary>Writes a string of one character; a lone surrogate becomes U+FFFD.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteChar(scoped ReadOnlySpan<byte> name, char value) => Write<char, CharacterForm>(name, value);

    /// <summary>Writes a string; <see langword="null"/> is left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteString(scoped ReadOnlySpan<byte> name, string? value)
    {
        if (value is null)
        {
            return;
        }

        ref byte current = ref _current;
        if (name.Length <= MaxNameBytes && Unsafe.IsAddressLessThan(ref current, ref _end))
        {
            ref byte next = ref WriteText(_owner!, ref RawBytes.CopyLiteralAndQuote(ref current, name), ref _end, value);
            if (!Unsafe.IsNullRef(ref next))
            {
                _current = ref next;
                return;
            }
        }

        _current = ref WriteTextSlowly(_owner, ref _current, ref _end, name, value, PropertyEnd);
        FindEnd();
    }

    /// <summary>Writes the original string of a <see cref="Uri"/>; <see langword="null"/> is left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteUri(scoped ReadOnlySpan<byte> name, Uri? value) => WriteString(name, value?.OriginalString);

    /// <summary>Writes a string whose first quote is at most <see cref="MaxNameBytes"/> beyond the end, and is written already.</summary>
    /// <returns>
    /// The byte after its last quote, which is a comma; a null reference if the string has to be truncated or may not fit, and is written by
    /// <see cref="WriteTextSlowly"/>.
    /// </returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ref byte WriteText(ScratchBuffer owner, ref byte destination, ref byte end, string text)
    {
        // If each character takes one byte, a short string fits into the reserve.
        int length = text.Length;
        if (length <= owner.MaxShortCharacters)
        {
            if (PlainText.TryCopyShort(ref destination, in text.GetPinnableReference(), length))
            {
                return ref WriteTextEnd(ref RawBytes.Skip(ref destination, length));
            }

            return ref WriteRest(ref destination, ref end, text, 0);
        }

        return ref WriteLongText(owner, ref destination, ref end, text);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ref byte WriteLongText(ScratchBuffer owner, ref byte destination, ref byte end, string text)
    {
        // If each character takes one byte, the last quote and the comma fit into the reserve.
        int length = text.Length;
        if (length > Unsafe.ByteOffset(ref destination, ref end) || length > owner.MaxUncutCharacters)
        {
            return ref Unsafe.NullRef<byte>();
        }

        int plain = PlainText.CopyLong(ref destination, in text.GetPinnableReference(), length);
        return ref plain == length
            ? ref WriteTextEnd(ref RawBytes.Skip(ref destination, length))
            : ref WriteRest(ref destination, ref end, text, plain);
    }

    /// <summary>Writes the rest of a string, from the first character that isn't one plain byte.</summary>
    /// <returns>The byte after its last quote, which is a comma; a null reference if it may not fit.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ref byte WriteRest(ref byte destination, ref byte end, string text, int plain)
    {
        destination = ref RawBytes.Skip(ref destination, plain);
        ReadOnlySpan<char> rest = text.AsSpan(plain);
        if ((long)rest.Length * JsonText.MaxBytesPerCharacter > Unsafe.ByteOffset(ref destination, ref end))
        {
            return ref Unsafe.NullRef<byte>();
        }

        return ref WriteTextEnd(ref JsonText.Write(ref destination, rest));
    }

    /// <summary>Writes the last quote of a string, and a comma, which only an element of a list keeps.</summary>
    /// <returns>The byte after the quote.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref byte WriteTextEnd(ref byte destination)
    {
        RawBytes.Put(ref destination, 0, (ushort)('"' | (',' << 8)));
        return ref RawBytes.Skip(ref destination, 1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ref byte WriteTextSlowly(
        ScratchBuffer? owner,
        ref byte current,
        ref byte end,
        scoped ReadOnlySpan<byte> name,
        string whole,
        int endLength)
    {
        EventWriter writer = Resume(owner, ref current, ref end);
        ReadOnlySpan<char> text = whole;
        if (text.Length > owner!.MaxUncutCharacters)
        {
            text = JsonText.Cut(text, owner.MaxStringBytes);
            if (text.Length < whole.Length)
            {
                owner.NoteStringTruncated();
            }
        }

        writer._current = ref WriteJsonSlowly(owner, ref current, ref end, name, "\""u8);
        writer.FindEnd();
        writer.WritePieces(text, endLength);
        return ref writer._current;
    }

    private void WritePieces(scoped ReadOnlySpan<char> text, int endLength)
    {
        while (!text.IsEmpty)
        {
            ReadOnlySpan<char> piece = FirstPiece(text);
            if (!TryReserve(0, piece.Length * JsonText.MaxBytesPerCharacter))
            {
                return;
            }

            _current = ref JsonText.Write(ref _current, piece);
            text = text[piece.Length..];
        }

        if (TryReserve(endLength))
        {
            RawBytes.Put(ref _current, 0, (ushort)('"' | (',' << 8)));
            _current = ref RawBytes.Skip(ref _current, endLength);
        }
    }

    private static ReadOnlySpan<char> FirstPiece(ReadOnlySpan<char> text)
    {
        if (text.Length <= PieceCharacters)
        {
            return text;
        }

        bool splitsPair = char.IsHighSurrogate(text[PieceCharacters - 1]) && char.IsLowSurrogate(text[PieceCharacters]);
        return text[..(splitsPair ? PieceCharacters - 1 : PieceCharacters)];
    }
}
