namespace TypedEvents;

/// <summary>
/// How a <see cref="DateTime"/> or a <see cref="DateTimeOffset"/> is written in the JSON payload: always as UTC. A
/// <see cref="DateTime"/> of kind <see cref="DateTimeKind.Unspecified"/> counts as UTC. Times are truncated to the precision
/// of the format, not rounded.
/// </summary>
public enum DateFormat
{
    /// <summary>A string, ISO 8601 with milliseconds: <c>"2022-06-01T09:40:20.772Z"</c>.</summary>
    Iso8601,

    /// <summary>A number, the milliseconds since 1970-01-01T00:00:00Z: <c>1654076420772</c>.</summary>
    UnixMilliseconds,

    /// <summary>A string, <c>yyyy-MM-dd HH:mm:ss</c>: <c>"2022-06-01 09:40:20"</c>.</summary>
    DateAndTime,
}
