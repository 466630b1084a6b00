using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TypedEvents.Cli;

/// <summary>The JSON of a report: a contract, to which members are added and from which none is removed.</summary>
internal sealed record ReportJson(string Command, ReportCounts Counts, IReadOnlyList<FindingJson> Findings)
{
    public static string Write(FindingsReport report) => JsonSerializer.Serialize(
        new ReportJson(
            report.Command,
            new ReportCounts(
                report.Open(FindingLevel.Breaking).Count(),
                report.Open(FindingLevel.Risky).Count(),
                report.Open(FindingLevel.Safe).Count(),
                report.Findings.Count(finding => finding.Accepted is not null),
                report.Lint.Count(),
                report.Findings.Count(finding => finding.IsLock)),
            [.. report.Findings.Select(finding => new FindingJson(
                finding.Id,
                finding.IsLint || finding.IsLock ? finding.Level switch { FindingLevel.Breaking => "error", FindingLevel.Risky => "warning", _ => "suggestion" } : LevelNames.Of(finding.Level),
                finding.Event,
                finding.Property,
                finding.Message,
                finding.Before,
                finding.After,
                finding.Owner,
                finding.Location?.File,
                finding.Location is { Line: > 0 } at ? at.Line : null,
                finding.Location is { Column: > 0 } column ? column.Column : null,
                finding.CallSites,
                finding.Accepted,
                finding.Fingerprint))]),
        ReadableJson.Context.ReportJson) + "\n";
}

internal sealed record ReportCounts(int Breaking, int Risky, int Safe, int Accepted, int Lint, int Lock);

internal sealed record FindingJson(
    string Id,
    string Level,
    string? Event,
    string? Property,
    string Message,
    string? Before,
    string? After,
    string? Owner,
    string? File,
    int? Line,
    int? Column,
    IReadOnlyList<string> CallSites,
    string? Accepted,
    string Fingerprint);

/// <summary>The JSON of usages.</summary>
internal sealed record UsagesJson(bool TracksUnknownEvents, IReadOnlyList<EventUsagesJson> Events);

internal sealed record EventUsagesJson(string Event, bool IsTracked, IReadOnlyList<UsageJson> Usages);

internal sealed record UsageJson(string Kind, string Assembly, bool IsTest, string In, string? File, int? Line);

/// <summary>The JSON of an outbox's events.</summary>
internal sealed record StoredEventsJson(long Count, IReadOnlyList<StoredEventJson> Events);

internal sealed record StoredEventJson(
    long Position, string State, string Event, string? AppKey, DateTimeOffset AppendedAt, string? Kind, int? Code, string? Message, JsonElement? Payload);

/// <summary>The JSON of an outbox's statistics.</summary>
internal sealed record OutboxStatisticsJson(
    long Appended, long Delivered, long Pending, long PendingRegistration, long Held, long DeadLetters, long Discarded, DateTimeOffset? OldestPendingAt);

internal static class LevelNames
{
    public static string Of(FindingLevel level) => level switch
    {
        FindingLevel.Breaking => "breaking",
        FindingLevel.Risky => "risky",
        FindingLevel.Safe => "safe",
        _ => "none",
    };
}

[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(ReportJson))]
[JsonSerializable(typeof(UsagesJson))]
[JsonSerializable(typeof(StoredEventsJson))]
[JsonSerializable(typeof(OutboxStatisticsJson))]
internal sealed partial class ReportJsonContext : JsonSerializerContext;

/// <summary>JSON that people can read: it stands in no HTML page, so that quotation marks and other scripts needn't be escaped.</summary>
internal static class ReadableJson
{
    public static ReportJsonContext Context { get; } = new(new JsonSerializerOptions(ReportJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
