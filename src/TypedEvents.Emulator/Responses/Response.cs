using System.Buffers;
using System.Text.Json;

namespace TypedEvents.Emulator;

/// <summary>The response to a client, regardless of how it is sent.</summary>
internal sealed record Response(int Status, string? ContentType, ReadOnlySequence<byte> Body)
{
    public const string Json = "application/json";

    /// <summary>The <c>code</c> in the body, if it is in the documented form.</summary>
    public int? Code { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public static Response Empty(int status) => new(status, null, ReadOnlySequence<byte>.Empty);

    public static Response Of(int status, int code, string message, Action<Utf8JsonWriter>? writeMore = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("code", code);
            writer.WriteString("message", message);
            writeMore?.Invoke(writer);
            writer.WriteEndObject();
        }

        return new Response(status, Json, new ReadOnlySequence<byte>(buffer.WrittenMemory)) { Code = code };
    }

    public static Response Success(Action<Utf8JsonWriter>? writeMore = null) =>
        Of(200, EmulatorCodes.Success, "success", writeMore);

    /// <summary>A success whose message is long enough for a body of <paramref name="length"/> bytes.</summary>
    public static Response Huge(long length) => new(200, Json, FillerSegment.Surround("{\"code\":0,\"message\":\""u8, "\"}"u8, length));

    public Response WithHeader(string name, string value) => this with { Headers = [.. Headers, new(name, value)] };
}
