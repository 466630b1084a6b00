using System.Text;
using System.Text.Json;

namespace TypedEvents.Emulator;

/// <summary>One arrival of an event, as the page lists it.</summary>
internal sealed class PageRow
{
    public const int MaxSummary = 160;

    /// <summary>Its position in the order of arrival, from 1. Positions are contiguous.</summary>
    public required long Sequence { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required ReceivedEvent Received { get; init; }

    public required long RequestNumber { get; init; }

    /// <summary>How often the event had been accepted, this time included; 0 if it was rejected.</summary>
    public required int Ordinal { get; init; }

    public required bool IsConflict { get; init; }

    /// <summary>The HTTP status and the code, if the event was rejected.</summary>
    public int? HttpStatus { get; init; }

    public int? Code { get; init; }

    /// <summary>How many properties break the plan.</summary>
    public required int Problems { get; init; }

    public bool IsRejected => Ordinal == 0;

    public string Status => (Ordinal, IsConflict, Problems) switch
    {
        (0, _, _) => PageStatus.Rejected,
        (_, true, _) => PageStatus.Conflict,
        ( > 1, _, _) => PageStatus.Repeated,
        (_, _, > 0) => PageStatus.Breaks,
        _ => PageStatus.Ok,
    };

    public long Size => Received.Size + 200;

    /// <summary>The properties in one line, such as <c>plan=pro seats=3</c>.</summary>
    public string Summary()
    {
        if (Received.Properties is not { } properties)
        {
            return "";
        }

        var summary = new StringBuilder();
        foreach (JsonProperty property in properties.EnumerateObject())
        {
            if (summary.Length > 0)
            {
                summary.Append(' ');
            }

            summary.Append(property.Name).Append('=').Append(
                property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString() : property.Value.GetRawText());
            if (summary.Length > MaxSummary)
            {
                // Not between the two halves of a surrogate pair.
                int end = char.IsHighSurrogate(summary[MaxSummary - 1]) ? MaxSummary - 1 : MaxSummary;
                return summary.ToString(0, end) + "…";
            }
        }

        return summary.ToString();
    }
}

/// <summary>The states of a row.</summary>
internal static class PageStatus
{
    public const string Ok = "ok";
    public const string Breaks = "breaks";
    public const string Rejected = "rejected";
    public const string Repeated = "repeated";
    public const string Conflict = "conflict";
}
