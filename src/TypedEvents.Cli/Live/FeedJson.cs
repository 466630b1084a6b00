using System.Text.Json.Serialization;

namespace TypedEvents.Cli;

// What an emulator of any version says to its page: the parts that the tool shows. Members have setters and defaults, because another version
// may leave one out.

/// <summary>One arrival of an event.</summary>
internal sealed class FeedRow
{
    public long Sequence { get; set; }

    /// <summary>In milliseconds since 1970.</summary>
    public long Time { get; set; }

    public string Event { get; set; } = "";

    /// <summary>The external id, or the EUID of a user that the emulator hasn't registered.</summary>
    public string User { get; set; } = "";

    /// <summary>The properties in one line.</summary>
    public string Summary { get; set; } = "";

    /// <summary><c>ok</c>, <c>breaks</c>, <c>rejected</c>, <c>repeated</c> or <c>conflict</c>.</summary>
    public string Status { get; set; } = "";

    /// <summary>The number of properties that break the plan.</summary>
    public int Problems { get; set; }

    /// <summary>How often the event was accepted, this time included; 0 if it was rejected.</summary>
    public int Ordinal { get; set; }

    /// <summary>The HTTP status of a rejection; <see langword="null"/> without a response.</summary>
    public int? Http { get; set; }

    /// <summary>The code of a rejection.</summary>
    public int? Code { get; set; }

    public long Request { get; set; }

    /// <summary>The event as received; <see langword="null"/> unless it was asked for.</summary>
    public string? Payload { get; set; }
}

/// <summary>New arrivals.</summary>
internal sealed class FeedBatch
{
    public List<FeedRow> Rows { get; set; } = [];

    /// <summary>How many arrivals are no longer stored, which the reader hasn't got.</summary>
    public long Skipped { get; set; }
}

/// <summary>Arrivals that are stored, newest first.</summary>
internal sealed class FeedRows
{
    public List<FeedRow> Rows { get; set; } = [];

    public long Last { get; set; }
}

/// <summary>What was seen of the plan, and of events outside it.</summary>
internal sealed class FeedCoverage
{
    public List<FeedCoveredEvent> Events { get; set; } = [];
}

internal sealed class FeedCoveredEvent
{
    public string Name { get; set; } = "";

    public bool IsPlanned { get; set; }

    /// <summary>How many of the received events break the plan.</summary>
    public long Breaks { get; set; }
}

/// <summary>An event beside the plan.</summary>
internal sealed class FeedEvent
{
    public List<FeedProperty> Properties { get; set; } = [];
}

internal sealed class FeedProperty
{
    public string Name { get; set; } = "";

    /// <summary>What breaks the plan, or <see langword="null"/>.</summary>
    public string? Problem { get; set; }

    public string? Hint { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FeedBatch))]
[JsonSerializable(typeof(FeedRows))]
[JsonSerializable(typeof(FeedCoverage))]
[JsonSerializable(typeof(FeedEvent))]
internal sealed partial class FeedJsonContext : JsonSerializerContext;
