using System.Text;
using System.Text.Json;
using CsCheck;

namespace TypedEvents.Tests;

/// <summary>Text reads back as it was, and is escaped where JSON demands it and nowhere else.</summary>
public sealed class WireStringTests
{
    private static readonly Gen<char> Character = Gen.OneOf(
        Gen.Char[' ', '~'],
        Gen.Char['a', 'z'],
        Gen.Char['\0', '\u00FF'],
        Gen.Char['\u0080', '\u2FFF'],
        Gen.Char['\u4E00', '\u9FFF'],
        Gen.Char['\uD800', '\uDFFF'],
        Gen.Const('"'),
        Gen.Const('\\'),
        Gen.Char);

    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.Char['a', 'z'].Array[0, 80].Select(characters => new string(characters)),
        Character.Array[0, 40].Select(characters => new string(characters)),
        Gen.Select(Gen.Int[0, 90], Character, Gen.Int[0, 90], (before, one, after) => new string('x', before) + one + new string('y', after)),
        Gen.Select(Gen.Int[0, 20], Gen.Int[0x10000, 0x10FFFF], Gen.Int[0, 20], (before, rune, after) =>
            new string('x', before) + char.ConvertFromUtf32(rune) + new string('y', after)));

    [Fact]
    public void Texts_of_all_characters() =>
        Text.Sample(
            static text =>
            {
                string expected = Expected(text);
                string written = WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, text));
                Assert.Equal(expected, written);
                Assert.Equal(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)), JsonSerializer.Deserialize<string>(written));
                Assert.Equal($"[{expected},{expected}]", WireValue.Of((ref EventWriter writer) =>
                {
                    writer.WriteListStart(",\"v\":"u8);
                    writer.WriteElement(text);
                    writer.WriteElement((string?)null);
                    writer.WriteElement(text);
                    writer.WriteListEnd();
                }));
            },
            iter: WireValue.Count);

    [Fact]
    public void Every_character_alone_and_at_every_place_of_a_vector()
    {
        for (int code = 0; code <= char.MaxValue; code++)
        {
            char one = (char)code;
            Assert.Equal(Expected(one.ToString()), WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, one)));
            int length = 1 + (code % 70);
            string text = string.Concat(new string('-', code * 31 % length), one.ToString(), new string('-', length - 1 - (code * 31 % length)));
            Assert.Equal(Expected(text), WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, text)));
        }
    }

    [Fact]
    public void A_special_character_at_every_place_of_a_text_of_every_length()
    {
        foreach (char special in "\"\\\u001F\u007F\u0080\u00FF\u0100\u7FFF\u8000\u8022\uFFFF")
        {
            for (int length = 1; length <= 140; length++)
            {
                for (int place = 0; place < length; place++)
                {
                    string text = new string('-', place) + special + new string('-', length - 1 - place);
                    Assert.Equal(Expected(text), WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, text)));
                }
            }
        }
    }

    /// <summary>Character by character, by the rule.</summary>
    private static string Expected(string text)
    {
        var expected = new StringBuilder("\"");
        foreach (Rune rune in text.EnumerateRunes())
        {
            expected.Append(rune.Value switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\b' => "\\b",
                '\t' => "\\t",
                '\n' => "\\n",
                '\f' => "\\f",
                '\r' => "\\r",
                < ' ' => $"\\u{rune.Value:x4}",
                _ => rune.ToString(),
            });
        }

        return expected.Append('"').ToString();
    }
}
