using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace TypedEvents.Emulator;

/// <summary>Which events the page shows. It applies to all events that the emulator stores, whichever the page has loaded.</summary>
internal sealed class PageFilter
{
    public string? EventName { get; init; }

    /// <summary>An external id or an EUID.</summary>
    public string? User { get; init; }

    public string? Status { get; init; }

    public string? Search { get; init; }

    /// <summary>Only events after this sequence number: those below the line "from here".</summary>
    public long After { get; init; }

    /// <summary>The times of arrival, in milliseconds since 1970; the end is exclusive.</summary>
    public long From { get; init; }

    public long To { get; init; } = long.MaxValue;

    public static PageFilter Parse(IQueryCollection query) => new()
    {
        EventName = Text(query, "event"),
        User = Text(query, "user"),
        Status = Text(query, "status"),
        Search = Text(query, "search"),
        After = Number(query, "after", 0),
        From = Number(query, "from", 0),
        To = Number(query, "to", long.MaxValue),
    };

    public static long Number(IQueryCollection query, string name, long absent) =>
        long.TryParse(query[name], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : absent;

    public bool Matches(PageRow row, UserDirectory users) =>
        row.Sequence > After
        && (EventName is null || row.Received.EventName == EventName)
        && MatchesStatus(row)
        && MatchesTime(row)
        && (User is null || IsOf(row, users))
        && (Search is null || Contains(row, users));

    private static string? Text(IQueryCollection query, string name) => query[name] is [{ Length: > 0 } value] ? value : null;

    private bool MatchesStatus(PageRow row) => Status switch
    {
        null => true,
        PageStatus.Breaks => row.Problems > 0,
        PageStatus.Repeated => row.Ordinal > 1,
        _ => row.Status == Status,
    };

    private bool MatchesTime(PageRow row)
    {
        if (From == 0 && To == long.MaxValue)
        {
            return true;
        }

        long time = row.Time.ToUnixTimeMilliseconds();
        return time >= From && time < To;
    }

    private bool IsOf(PageRow row, UserDirectory users) =>
        users.Find(row.Received.Euid)?.Value == User || row.Received.Euid.ToString(CultureInfo.InvariantCulture) == User;

    /// <summary>Searches what an event says, without the names that are in each: all events have <c>properties</c>.</summary>
    private bool Contains(PageRow row, UserDirectory users)
    {
        ReceivedEvent received = row.Received;
        if (Has(received.EventName)
            || Has(received.RandomId)
            || Has(received.Euid.ToString(CultureInfo.InvariantCulture))
            || (users.Find(received.Euid) is { } user && Has(user.Value)))
        {
            return true;
        }

        if (received.Properties is not { } properties)
        {
            return false;
        }

        string json = properties.GetRawText();
        if (Has(json))
        {
            return true;
        }

        // What is escaped in the JSON is found as it is shown, too.
        return json.Contains('\\', StringComparison.Ordinal) && properties.EnumerateObject().Any(property =>
            Has(property.Name) || (property.Value.ValueKind == JsonValueKind.String && Has(property.Value.GetString()!)));
    }

    private bool Has(string text) => text.Contains(Search!, StringComparison.OrdinalIgnoreCase);
}
