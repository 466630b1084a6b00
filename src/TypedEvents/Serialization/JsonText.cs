using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace TypedEvents;

/// <summary>The content of JSON strings: UTF-8, escaped as far as JSON demands. A lone surrogate becomes U+FFFD.</summary>
internal static class JsonText
{
    /// <summary>A control character becomes six bytes: <c>\u001f</c>.</summary>
    public const int MaxBytesPerCharacter = 6;

    /// <summary>Writes a string without quotes; there must be room for <see cref="MaxBytesPerCharacter"/> for each character, and for eight more bytes.</summary>
    /// <returns>The byte after it.</returns>
    public static ref byte Write(ref byte destination, scoped ReadOnlySpan<char> text)
    {
        int index = 0;
        while (index < text.Length)
        {
            if (text.Length - index >= 8)
            {
                uint special = PlainText.CopyEight(ref destination, in text[index]);
                int plain = special == 0 ? 8 : BitOperations.TrailingZeroCount(special);
                destination = ref RawBytes.Skip(ref destination, plain);
                index += plain;
                if (special == 0)
                {
                    continue;
                }
            }

            // Where one character is beyond ASCII or escaped, the next often is, too.
            do
            {
                destination = ref WriteOne(ref destination, text, ref index);
            }
            while (index < text.Length && text[index] >= 0x80);
        }

        return ref destination;
    }

    /// <summary>Converts a string to a JSON string, including the quotation marks.</summary>
    public static byte[] ToJson(string text)
    {
        // Eight bytes more than the longest, which Write may touch.
        byte[] json = new byte[(text.Length * MaxBytesPerCharacter) + 2 + 8];
        json[0] = (byte)'"';
        ref byte end = ref Write(ref json[1], text);
        end = (byte)'"';
        int length = (int)Unsafe.ByteOffset(ref json[0], ref end) + 1;
        return json[..length];
    }

    /// <summary>The start of a string that has at most <paramref name="maxBytes"/> bytes in UTF-8 before escaping.</summary>
    public static ReadOnlySpan<char> Cut(ReadOnlySpan<char> text, int maxBytes)
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
                return text[..end];
            }

            end += characters;
        }

        return text;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref byte WriteOne(ref byte destination, scoped ReadOnlySpan<char> text, scoped ref int index)
    {
        uint character = text[index++];
        if (character < 0x80)
        {
            if (character is >= ' ' and not '"' and not '\\')
            {
                destination = (byte)character;
                return ref RawBytes.Skip(ref destination, 1);
            }

            return ref WriteEscaped(ref destination, character);
        }

        if (character < 0x800)
        {
            RawBytes.Put(ref destination, 0, (ushort)(0x80C0 | (character >> 6) | ((character & 0x3F) << 8)));
            return ref RawBytes.Skip(ref destination, 2);
        }

        if (character - 0xD800 >= 0x800)
        {
            return ref WriteThree(ref destination, character);
        }

        if (character >= 0xDC00 || index == text.Length || text[index] - 0xDC00u >= 0x400)
        {
            return ref WriteThree(ref destination, 0xFFFD);
        }

        uint rune = 0x10000 + ((character - 0xD800) << 10) + (text[index++] - 0xDC00u);
        RawBytes.Put(
            ref destination,
            0,
            0x8080_80F0 | (rune >> 18) | ((rune >> 4) & 0x3F00) | ((rune << 10) & 0x3F_0000) | ((rune << 24) & 0x3F00_0000));
        return ref RawBytes.Skip(ref destination, 4);
    }

    /// <summary>Writes three bytes, and touches a fourth.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref byte WriteThree(ref byte destination, uint character)
    {
        RawBytes.Put(ref destination, 0, 0x80_80E0 | (character >> 12) | ((character << 2) & 0x3F00) | ((character << 16) & 0x3F_0000));
        return ref RawBytes.Skip(ref destination, 3);
    }

    private static ref byte WriteEscaped(ref byte destination, uint character)
    {
        char letter = character switch
        {
            '"' => '"',
            '\\' => '\\',
            '\b' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\f' => 'f',
            '\r' => 'r',
            _ => 'u',
        };
        RawBytes.Put(ref destination, 0, (ushort)('\\' | (letter << 8)));
        if (letter != 'u')
        {
            return ref RawBytes.Skip(ref destination, 2);
        }

        uint low = character & 0xF;
        RawBytes.Put(ref destination, 2, (ushort)('0' | ('0' << 8)));
        RawBytes.Put(ref destination, 4, (char)('0' + (character >> 4)));
        RawBytes.Put(ref destination, 5, (char)(low < 10 ? '0' + low : 'a' + low - 10));
        return ref RawBytes.Skip(ref destination, 6);
    }
}
