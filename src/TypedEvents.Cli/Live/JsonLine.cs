using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace TypedEvents.Cli;

/// <summary>JSON in one line.</summary>
internal static class JsonLine
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The same JSON, without line breaks between its members.</summary>
    public static string Of(string json)
    {
        if (!json.AsSpan().ContainsAny('\n', '\r'))
        {
            return json;
        }

        using JsonDocument document = JsonDocument.Parse(json);
        return Write(document.RootElement.WriteTo);
    }

    public static string Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
