using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace TypedEvents;

/// <content>Texts: escaped as JSON demands and no further, and cut where the tracker is set to cut.</content>
public ref partial struct EventWriter
{
    /// <summary>A long text is written in pieces of so many characters, so that none asks for six times its length.</summary>
    private const int PieceCharacters = 1024;

    /// <summary>A control character becomes six bytes: <c>\u001f</c>.</summary>
    private const int MaxBytesPerCharacter = 6;

    /// <summary>The most that is ever asked for beyond what is certain to be written.</summary>
    internal const int MaxPieceBytes = PieceCharacters * MaxBytesPerCharacter;

    private static readonly SearchValues<char> EscapedCharacters = SearchValues.Create(
        "\"\\\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f" +
        "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f");

    /// <summary>Writes a text whole, whatever the limit for texts.</summary>
    internal void WriteUncut(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<char> text)
    {
        WriteRaw(name, "\""u8);
        while (!text.IsEmpty)
        {
            ReadOnlySpan<char> piece = FirstPiece(text);
            if (!TryReserve(0, piece.Length * MaxBytesPerCharacter))
            {
                return;
            }

            _written += Escape(piece, _buffer[_written..]);
            text = text[piece.Length..];
        }

        WriteRaw("\""u8);
    }

    private void WriteText(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<char> text)
    {
        if (_scratch is null)
        {
            ThrowNoBuffer();
        }

        // No character takes more than three bytes of UTF-8.
        if (text.Length > _scratch.MaxTextBytes / 3)
        {
            text = CutTo(_scratch.MaxTextBytes, text, _scratch);
        }

        WriteUncut(name, text);
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

    private static ReadOnlySpan<char> CutTo(int maxBytes, ReadOnlySpan<char> text, ScratchBuffer scratch)
    {
        int bytes = 0;
        int end = 0;
        while (end < text.Length)
        {
            // A lone surrogate is read as U+FFFD, as it is written.
            Rune.DecodeFromUtf16(text[end..], out Rune rune, out int characters);
            bytes += rune.Utf8SequenceLength;
            if (bytes > maxBytes)
            {
                scratch.TextsCut++;
                return text[..end];
            }

            end += characters;
        }

        return text;
    }

    private static int Escape(ReadOnlySpan<char> text, Span<byte> destination)
    {
        int written = 0;
        while (true)
        {
            int plain = text.IndexOfAny(EscapedCharacters);
            ReadOnlySpan<char> run = plain < 0 ? text : text[..plain];
            Utf8.FromUtf16(run, destination[written..], out _, out int bytes, replaceInvalidSequences: true, isFinalBlock: true);
            written += bytes;
            if (plain < 0)
            {
                return written;
            }

            written += EscapeOne(text[plain], destination[written..]);
            text = text[(plain + 1)..];
        }
    }

    private static int EscapeOne(char character, Span<byte> destination)
    {
        destination[0] = (byte)'\\';
        byte letter = character switch
        {
            '"' => (byte)'"',
            '\\' => (byte)'\\',
            '\b' => (byte)'b',
            '\t' => (byte)'t',
            '\n' => (byte)'n',
            '\f' => (byte)'f',
            '\r' => (byte)'r',
            _ => (byte)'u',
        };
        destination[1] = letter;
        if (letter != (byte)'u')
        {
            return 2;
        }

        destination[2] = (byte)'0';
        destination[3] = (byte)'0';
        destination[4] = HexDigit(character >> 4);
        destination[5] = HexDigit(character & 0xF);
        return 6;
    }

    private static byte HexDigit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);
}
