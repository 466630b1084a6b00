namespace TypedEvents;

/// <summary>What happens if neither an API key nor an API secret is set. If only one of them is, the start fails in any case.</summary>
public enum NotConfigured
{
    /// <summary>
    /// In the environment <c>Production</c>, and where there is no <c>IHostEnvironment</c>, the start fails. Elsewhere the tracker is disabled: a warning
    /// is logged, and each event is counted as <see cref="TrackResult.Disabled"/>.
    /// </summary>
    FailInProduction,

    /// <summary>The start fails.</summary>
    Fail,

    /// <summary>The tracker is disabled: a warning is logged, and each event is counted as <see cref="TrackResult.Disabled"/>.</summary>
    Disable,
}
