using System.Globalization;
using System.Text;

namespace TypedEvents.Testing;

/// <summary>Recorded events as lines of text.</summary>
internal static class EventText
{
    private const int MaxJsonCharacters = 400;
    private const int MaxLines = 50;

    /// <summary><c>sign_up {"plan":"pro"} user_id=user-42</c>, and the result if it isn't the usual one.</summary>
    public static string Of(RecordedEvent recorded)
    {
        var line = new StringBuilder(recorded.EventName);
        if (recorded.PropertiesJson is { Length: > 0 } json)
        {
            line.Append(' ').Append(json.AsSpan(0, Math.Min(json.Length, MaxJsonCharacters))).Append(json.Length > MaxJsonCharacters ? "…" : "");
        }

        line.Append(' ').Append(Of(recorded.User));
        if (recorded.Transaction is not null)
        {
            line.Append(" (in a transaction)");
        }

        if (recorded.Result != TrackResult.Accepted)
        {
            line.Append(" → ").Append(recorded.Result.ToString());
            if (recorded.Problem is { } problem)
            {
                line.Append(": ").Append(problem);
            }
        }

        return line.ToString();
    }

    /// <summary>The events, each with its number and the time since the first one.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<RecordedEvent> events)
    {
        for (int i = 0; i < events.Count; i++)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"#{i + 1} +{(events[i].At - events[0].At).TotalSeconds:0.000}s {Of(events[i])}");
        }
    }

    /// <summary>The first lines of a long list, and how many are left out.</summary>
    public static IEnumerable<string> FirstLines(IReadOnlyList<RecordedEvent> events) =>
        events.Count <= MaxLines
            ? Lines(events)
            : [.. Lines(events).Take(MaxLines), $"… and {events.Count - MaxLines} more"];

    /// <summary>The EUID, or the external id and its kind: test data, which a failure has to show.</summary>
    private static string Of(EngageUser user) =>
        user.IsExternalId ? $"{user.IdentityName}={user.ExternalId}" : user.TryGetEuid(out Euid euid) ? $"euid={euid}" : "without a user";
}
