using System.Buffers;
using System.Text.Json;

namespace TypedEvents.Collector;

/// <summary>What goes back to the client, before anything is said about how it gets there.</summary>
internal sealed record Answer(int Status, string? ContentType, ReadOnlySequence<byte> Body)
{
    public const string Json = "application/json";

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public static Answer Empty(int status) => new(status, null, ReadOnlySequence<byte>.Empty);

    public static Answer Of(int status, int code, string message, Action<Utf8JsonWriter>? writeMore = null)
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

        return new Answer(status, Json, new ReadOnlySequence<byte>(buffer.WrittenMemory));
    }

    public static Answer Success(Action<Utf8JsonWriter>? writeMore = null) =>
        Of(200, CollectorCodes.Success, "success", writeMore);

    /// <summary>A success whose message has so many letters that the body has <paramref name="length"/> bytes.</summary>
    public static Answer Huge(long length) => new(200, Json, FillerSegment.Surround("{\"code\":0,\"message\":\""u8, "\"}"u8, length));

    public Answer WithHeader(string name, string value) => this with { Headers = [.. Headers, new(name, value)] };
}
