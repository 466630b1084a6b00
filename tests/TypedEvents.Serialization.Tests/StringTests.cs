using System.Text.Json;

namespace TypedEvents.Serialization.Tests;

/// <summary>System.Text.Json reads the written strings back unchanged.</summary>
public partial class StringTests
{
    [EngageEvent("t")] internal partial record TextEvent(string? Text, char Character = 'c', char? Optional = null);

    [EngageEvent("t")] internal partial record LinkEvent(Uri? Link, Guid Id = default, Guid? Optional = null);

    [EngageEvent("t")] internal partial record NameEvent([EventProperty("a \"b\" \\ \n \u0001 <é> 😀 \ud800")] int Odd, [EventProperty("")] int Empty, int Größe);

    public static TheoryData<string> HostileStrings => new(
    [
        "", " ", "plain", "\"", "\\", "\\\"", "/", "</script>", "<b>&amp;'+`", "\0", "\u0001", "\b\t\n\f\r", "\u000b", "\u001f", "\u007f", "\u0080", "\u00a0",
        "é", "ß", "Ж", "日本語", "😀", "👩‍👩‍👧‍👦", "\u2028\u2029", "\ufeff", "\uffff", "\ufffd", "{\"a\":1}", "\",\"injected\":\"", "]}",
        "\ud800", "\udc00", "a\ud800", "\udc00a", "\udc00\ud800", "\ud800\ud800\udc00", "😀\ud83d", "\ud83d😀",
    ]);

    [Theory]
    [MemberData(nameof(HostileStrings))]
    public void Hostile_strings(string text)
    {
        string? expected = JsonSerializer.Deserialize<string>(JsonSerializer.Serialize(text));

        Assert.Equal(expected, Wire.PropertiesOf(new TextEvent(text)).GetProperty("text").GetString());
        Assert.Equal(expected + expected, Wire.PropertiesOf(new TextEvent(expected + expected)).GetProperty("text").GetString());
    }

    [Fact]
    public void Every_character()
    {
        for (int i = 0; i <= char.MaxValue; i += 1)
        {
            var character = (char)i;
            JsonElement properties = Wire.PropertiesOf(new TextEvent("-" + character, character, character));
            string expected = char.IsSurrogate(character) ? "\ufffd" : character.ToString();

            Assert.Equal("-" + expected, properties.GetProperty("text").GetString());
            Assert.Equal(expected, properties.GetProperty("character").GetString());
            Assert.Equal(expected, properties.GetProperty("optional").GetString());
        }
    }

    [Theory]
    [InlineData('a')]
    [InlineData('"')]
    [InlineData('\u0001')]
    [InlineData('日')]
    public void A_string_of_300_kilobytes_is_sent_completely(char character)
    {
        string text = new(character, 300 * 1024);

        Assert.Equal(text, Wire.PropertiesOf(new TextEvent(text)).GetProperty("text").GetString());
    }

    [Fact]
    public void Surrogate_pairs_at_every_offset_of_a_long_string_stay_intact()
    {
        for (int offset = 1020; offset < 1030; offset++)
        {
            string text = new string('x', offset) + "😀" + new string('y', 1022) + "😀";
            Assert.Equal(text, Wire.PropertiesOf(new TextEvent(text)).GetProperty("text").GetString());
        }
    }

    [Fact]
    public void Null_is_omitted()
    {
        Assert.Equal("""{"character":"c"}""", Wire.JsonOf(new TextEvent(null)));
        Assert.Equal($$"""{"id":"{{Guid.Empty}}"}""", Wire.JsonOf(new LinkEvent(null)));
    }

    [Theory]
    [InlineData("https://example.org/a b?q=\"ü\"#x")]
    [InlineData("HTTPS://EXAMPLE.org:443/%7Euser/../x")]
    [InlineData("relative/path")]
    [InlineData("")]
    public void A_uri_is_its_original_string(string text)
    {
        var link = new Uri(text, UriKind.RelativeOrAbsolute);

        Assert.Equal(text, Wire.PropertiesOf(new LinkEvent(link)).GetProperty("link").GetString());
    }

    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("5b102148-0d28-4a6a-8658-483f7d1c735e")]
    [InlineData("ffffffff-ffff-ffff-ffff-ffffffffffff")]
    public void Guids(string text)
    {
        var id = Guid.Parse(text);

        Assert.Equal($$"""{"id":{{JsonSerializer.Serialize(id)}},"optional":"{{text}}"}""", Wire.JsonOf(new LinkEvent(null, id, id)));
    }

    [Fact]
    public void Wire_names_are_escaped()
    {
        JsonElement properties = Wire.PropertiesOf(new NameEvent(1, 2, 3));

        Assert.Equal(1, properties.GetProperty("a \"b\" \\ \n \u0001 <é> 😀 \ufffd").GetInt32());
        Assert.Equal(2, properties.GetProperty("").GetInt32());
        Assert.Equal(3, properties.GetProperty("größe").GetInt32());
    }
}
