using System.Globalization;

namespace TypedEvents.Cli;

/// <summary>An arrival in one line.</summary>
internal static class EventLine
{
    /// <summary>For people: the time, the event, the user, the properties, and what is wrong.</summary>
    public static string Text(FeedRow row, bool hasColors)
    {
        string line = $"{Time(row).ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)}Z  {row.Event,-20}  {row.User,-16}  {row.Summary}";
        string? problem = Problem(row);

        // What stands in an event is shown as text, whatever it is; the line is one line.
        line = Printable.Of(line.ReplaceLineEndings(" ")).TrimEnd();
        return problem is null ? line : hasColors ? $"{line}  \u001b[{(row.Status == "repeated" ? 33 : 31)}m{problem}\u001b[0m" : $"{line}  {problem}";
    }

    /// <summary>For programs: a JSON object, a contract to which members are added and from which none is removed.</summary>
    public static string Json(FeedRow row) => JsonLine.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("sequence", row.Sequence);
        writer.WriteString("time", Time(row).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        writer.WriteString("event", row.Event);
        writer.WriteString("user", row.User);
        writer.WriteString("status", row.Status);
        writer.WriteNumber("problems", row.Problems);
        if (row.Http is { } http)
        {
            writer.WriteNumber("http", http);
        }

        if (row.Code is { } code)
        {
            writer.WriteNumber("code", code);
        }

        if (row.Payload is { } payload)
        {
            writer.WritePropertyName("payload");
            writer.WriteRawValue(JsonLine.Of(payload));
        }

        writer.WriteEndObject();
    });

    /// <summary>Whether the arrival breaks the plan, was rejected, or differs from another one under its id.</summary>
    public static bool IsInvalid(FeedRow row) => row.Problems > 0 || row.Status is "rejected" or "conflict";

    private static DateTimeOffset Time(FeedRow row) => DateTimeOffset.FromUnixTimeMilliseconds(row.Time);

    private static string? Problem(FeedRow row) => row.Status switch
    {
        "rejected" => row.Http is { } http ? $"rejected: {http} {row.Code?.ToString(CultureInfo.InvariantCulture)}".TrimEnd() : "rejected without a response",
        "conflict" => "conflict: differs from the event that arrived first under its random_id",
        "repeated" => $"sent {row.Ordinal} times",
        _ => row.Problems == 0 ? null : row.Problems == 1 ? "breaks the plan" : $"breaks the plan in {row.Problems} properties",
    };
}
