using System.Diagnostics;

namespace TypedEvents;

/// <summary>The names under which the library reports to OpenTelemetry and other listeners.</summary>
public static class TypedEventsTelemetry
{
    /// <summary>The meter of every tracker: <c>AddMeter(TypedEventsTelemetry.MeterName)</c>.</summary>
    public const string MeterName = "TypedEvents";

    /// <summary>The activity source of the report requests: <c>AddSource(TypedEventsTelemetry.ActivitySourceName)</c>.</summary>
    public const string ActivitySourceName = "TypedEvents";

    /// <summary>The <see cref="System.Diagnostics.Tracing.EventSource"/> that publishes the trackers' log messages, even without a <c>LoggerFactory</c>.</summary>
    public const string EventSourceName = "TypedEvents";

    /// <summary>The version of the meter and the activity source: the library's.</summary>
    internal static string? Version { get; } = typeof(TypedEventsTelemetry).Assembly.GetName().Version?.ToString(3);

    internal static ActivitySource ActivitySource { get; } = new(ActivitySourceName, Version);
}
