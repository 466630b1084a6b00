using System.Text.Json.Serialization;

namespace TypedEvents.Emulator;

/// <summary>An event in the list.</summary>
internal sealed class RowJson
{
    public required long Sequence { get; init; }

    public required long Time { get; init; }

    public required string Event { get; init; }

    public required string User { get; init; }

    public required string Summary { get; init; }

    public required string Status { get; init; }

    public required int Problems { get; init; }

    public required int Ordinal { get; init; }

    public required int? Http { get; init; }

    public required int? Code { get; init; }

    public required long Request { get; init; }

    /// <summary>The event's JSON, exactly as received; only where the query says <c>payload=true</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Payload { get; init; }
}

/// <summary>A batch of new rows, and the state.</summary>
internal sealed class BatchJson
{
    public required IReadOnlyList<RowJson> Rows { get; init; }

    public required long Position { get; init; }

    public required long First { get; init; }

    public required long Last { get; init; }

    public required long Cleared { get; init; }

    public required long Dropped { get; init; }

    public required long Skipped { get; init; }

    public required PageCounts Counts { get; init; }

    public required PageRate Rate { get; init; }

    public required int Queued { get; init; }

    public required bool Misbehaves { get; init; }

    public required int PlanSeen { get; init; }

    public required int PlanTotal { get; init; }
}

internal sealed record HelloJson(string Instance, string Address, bool HasPlan, long Last);

internal sealed record RowsJson(IReadOnlyList<RowJson> Rows, long First, long Last);

/// <param name="First">The oldest stored row, whether it matches or not.</param>
/// <param name="Last">The newest.</param>
/// <param name="Sequences">The matching rows in ascending order: the first sequence number, then the differences.</param>
internal sealed record IndexJson(long First, long Last, IReadOnlyList<long> Sequences);

/// <summary>An event in full.</summary>
internal sealed class EventJson
{
    public required RowJson Row { get; init; }

    public required string Json { get; init; }

    public required int Bytes { get; init; }

    public required string Euid { get; init; }

    public required string? UserKind { get; init; }

    public required string? AppKey { get; init; }

    public required string Itime { get; init; }

    public required string RandomId { get; init; }

    public required IReadOnlyList<PropertyJson> Properties { get; init; }

    public required PlannedEventJson? Plan { get; init; }

    /// <summary>A name in the plan that this one is nearly the same as, for an event that isn't in the plan.</summary>
    public required string? Similar { get; init; }

    public required RequestJson? Request { get; init; }

    /// <summary>All stored arrivals of the same <c>random_id</c>, if there is more than one.</summary>
    public required IReadOnlyList<ArrivalJson> History { get; init; }
}

/// <param name="Name">The name.</param>
/// <param name="Value">The value in JSON, exactly as received; <see langword="null"/> if it is missing.</param>
/// <param name="Type">Its wire type.</param>
/// <param name="Expectation">What the plan says.</param>
/// <param name="Problem">What breaks the plan.</param>
/// <param name="Hint">What else there is to say.</param>
internal sealed record PropertyJson(string Name, string? Value, string Type, string? Expectation, string? Problem, string? Hint);

internal sealed record PlannedEventJson(
    bool IsPlanned, string? Type, string? Description, string? Owner, string? Deprecated, IReadOnlyList<string> Sources);

internal sealed record ArrivalJson(long Sequence, long Time, string Status, int? Http, string Json);

internal sealed class RequestJson
{
    public required long Number { get; init; }

    public required long Time { get; init; }

    public required string Method { get; init; }

    public required string Path { get; init; }

    public required int? Status { get; init; }

    public required int? Code { get; init; }

    public required int Events { get; init; }

    public required int Bytes { get; init; }

    public string? UserAgent { get; init; }

    /// <summary>The rest is only there in full requests.</summary>
    public IReadOnlyList<HeaderJson>? Headers { get; init; }

    public BodyJson? Body { get; init; }

    public BodyJson? Response { get; init; }

    public IReadOnlyList<HeaderJson>? ResponseHeaders { get; init; }
}

internal sealed record HeaderJson(string Name, string Value);

/// <param name="Text">The bytes as UTF-8, or in hexadecimal if they aren't.</param>
/// <param name="Bytes">Their number.</param>
/// <param name="IsHex">Whether they are in hexadecimal.</param>
/// <param name="IsCut">Whether there are more than shown.</param>
internal sealed record BodyJson(string Text, long Bytes, bool IsHex, bool IsCut);

internal sealed record RequestsJson(IReadOnlyList<RequestJson> Requests, long Total, long Dropped);

internal sealed record UserJson(string Kind, string Value, string Euid);

internal sealed record UsersJson(IReadOnlyList<UserJson> Users, int Total);

internal sealed class CoveredEventJson
{
    public required string Name { get; init; }

    public required bool IsPlanned { get; init; }

    public required string? Description { get; init; }

    public required long Count { get; init; }

    public required long Breaks { get; init; }

    public required long? LastSeen { get; init; }

    public required IReadOnlyList<string> Unseen { get; init; }

    public required IReadOnlyList<string> AlwaysSent { get; init; }

    public required IReadOnlyList<string> UnseenValues { get; init; }

    public required IReadOnlyList<CoveredPropertyJson> Properties { get; init; }
}

internal sealed class CoveredPropertyJson
{
    public required string Name { get; init; }

    public required long Count { get; init; }

    public required IReadOnlyList<string> Types { get; init; }

    public required bool IsPlanned { get; init; }
}

internal sealed record CoverageJson(bool HasPlan, int Seen, int Total, long Uncounted, IReadOnlyList<CoveredEventJson> Events);

/// <summary>A request of the page to misbehave. The members have setters, because <c>init</c> loses the defaults in generated readers.</summary>
internal sealed class BehaviorJson
{
    /// <summary>One of <see cref="Misbehavior.Kinds"/>.</summary>
    public string? Kind { get; set; }

    /// <summary>The number of requests, 1 to 1000.</summary>
    public int Count { get; set; } = 1;

    /// <summary>For <c>respond</c>: the HTTP status.</summary>
    public int Status { get; set; } = 503;

    /// <summary>For <c>respond</c>: the Retry-After header in seconds; 0 for none.</summary>
    public int RetryAfter { get; set; }

    /// <summary>For <c>slow</c> and <c>drip</c>: the delay, 0 to 600,000.</summary>
    public int Milliseconds { get; set; } = 2000;

    /// <summary>For <c>reject</c>: the event's name.</summary>
    public string? Event { get; set; }
}

internal sealed record BehaviorStateJson(int Queued, bool Misbehaves);

internal sealed record ErrorJson(string Error);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BatchJson))]
[JsonSerializable(typeof(HelloJson))]
[JsonSerializable(typeof(RowsJson))]
[JsonSerializable(typeof(IndexJson))]
[JsonSerializable(typeof(EventJson))]
[JsonSerializable(typeof(RequestJson))]
[JsonSerializable(typeof(RequestsJson))]
[JsonSerializable(typeof(UsersJson))]
[JsonSerializable(typeof(CoverageJson))]
[JsonSerializable(typeof(BehaviorJson))]
[JsonSerializable(typeof(BehaviorStateJson))]
[JsonSerializable(typeof(ErrorJson))]
internal sealed partial class PageJsonContext : JsonSerializerContext;
