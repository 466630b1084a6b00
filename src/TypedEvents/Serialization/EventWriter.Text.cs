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
            _current = ref WriteText(ref RawBytes.CopyLiteral(ref current, name), value, PropertyEnd);
        }
        else
        {
            WriteTextSlowly(name, value, PropertyEnd);
        }
    }

    /// <summary>Writes the original string of a <see cref="Uri"/>; <see langword="null"/> is left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteUri(scoped ReadOnlySpan<byte> name, Uri? value) => WriteString(name, value?.OriginalString);

    /// <summary>Writes a string at a position that is at most <see cref="MaxNameBytes"/> beyond the end.</summary>
    /// <returns>The byte after it, which becomes the current one.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ref byte WriteText(ref byte destination, string text, int endLength)
    {
        // If each character takes one byte, a short string fits into the reserve.
        int length = text.Length;
        if (length > _owner!.MaxShortCharacters)
        {
            return ref WriteLongText(ref destination, text, endLength);
        }

        RawBytes.Put(ref destination, 0, '"');
        if (!PlainText.TryCopyShort(ref RawBytes.Skip(ref destination, 1), in text.GetPinnableReference(), length))
        {
            return ref WriteRest(ref destination, text, 0, endLength);
        }

        destination = ref RawBytes.Skip(ref destination, length + 1);
        RawBytes.Put(ref destination, 0, (ushort)('"' | (',' << 8)));
        return ref RawBytes.Skip(ref destination, endLength);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ref byte WriteLongText(ref byte destination, string text, int endLength)
    {
        // If each character takes one byte, the quotes and the comma fit into the reserve.
        int length = text.Length;
        if (length > Unsafe.ByteOffset(ref destination, ref _end) || length > _owner!.MaxUncutCharacters)
        {
            return ref WriteTextSlowly(ref destination, text, endLength);
        }

        RawBytes.Put(ref destination, 0, '"');
        int plain = PlainText.CopyLong(ref RawBytes.Skip(ref destination, 1), in text.GetPinnableReference(), length);
        if (plain != length)
        {
            return ref WriteRest(ref destination, text, plain, endLength);
        }

        destination = ref RawBytes.Skip(ref destination, length + 1);
        RawBytes.Put(ref destination, 0, (ushort)('"' | (',' << 8)));
        return ref RawBytes.Skip(ref destination, endLength);
    }

    /// <summary>Writes the rest of a string, from the first character that isn't one plain byte.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ref byte WriteRest(ref byte destination, string text, int plain, int endLength)
    {
        destination = ref RawBytes.Skip(ref destination, 1 + plain);
        ReadOnlySpan<char> rest = text.AsSpan(plain);
        if ((long)rest.Length * JsonText.MaxBytesPerCharacter <= Unsafe.ByteOffset(ref destination, ref _end))
        {
            destination = ref JsonText.Write(ref destination, rest);
            RawBytes.Put(ref destination, 0, (ushort)('"' | (',' << 8)));
            return ref RawBytes.Skip(ref destination, endLength);
        }

        MoveTo(ref destination);
        WritePieces(rest, endLength);
        return ref _current;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ref byte WriteTextSlowly(ref byte destination, string text, int endLength)
    {
        MoveTo(ref destination);
        WriteTextSlowly(default, text, endLength);
        return ref _current;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WriteTextSlowly(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<char> text, int endLength)
    {
        if (_owner is null)
        {
            ThrowNoBuffer();
        }

        if (text.Length > _owner.MaxUncutCharacters)
        {
            ReadOnlySpan<char> whole = text;
            text = JsonText.Cut(whole, _owner.MaxStringBytes);
            if (text.Length < whole.Length)
            {
                _owner.NoteStringTruncated();
            }
        }

        WriteJsonSlowly(name, "\""u8);
        WritePieces(text, endLength);
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
