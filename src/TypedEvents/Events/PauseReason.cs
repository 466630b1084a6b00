namespace TypedEvents;

/// <summary>Why a tracker delivers nothing at the moment, or only one event at a time.</summary>
public enum PauseReason
{
    /// <summary>The configuration is wrong, such as the API key: nothing is accepted until somebody fixes it.</summary>
    Configuration,

    /// <summary>Consecutive requests failed: EngageLab, or the connection to it, is probably down.</summary>
    Failures,

    /// <summary>Every request is rejected: EngageLab may be at fault, not the events.</summary>
    Rejections,

    /// <summary>The tracker is disabled (<c>EventTrackerOptions.Enabled</c>).</summary>
    Disabled,
}
