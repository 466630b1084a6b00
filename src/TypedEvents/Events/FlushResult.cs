namespace TypedEvents;

/// <summary>What <see cref="IEventTracker.FlushAsync"/> and <c>EventTracker.StopAsync</c> found at their end.</summary>
/// <param name="Outcome">Whether all that was tracked before is settled, and if not, why not.</param>
/// <param name="Tracker">What the tracker did with each call.</param>
/// <param name="Outbox">What the outbox did with each event.</param>
/// <param name="Problem">What keeps events from being delivered and what to check, or <see langword="null"/>.</param>
public sealed record FlushResult(FlushOutcome Outcome, TrackerStatistics Tracker, OutboxStatistics Outbox, string? Problem = null);
