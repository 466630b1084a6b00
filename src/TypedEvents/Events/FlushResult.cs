namespace TypedEvents;

/// <summary>The result of <see cref="IEventTracker.FlushAsync"/> and <c>EventTracker.StopAsync</c>.</summary>
/// <param name="Outcome">Whether every event that was tracked before is settled, and if not, why not.</param>
/// <param name="Tracker">The tracker's statistics.</param>
/// <param name="Outbox">The outbox's statistics.</param>
/// <param name="Problem">Why events aren't delivered and what to check, or <see langword="null"/>.</param>
public sealed record FlushResult(FlushOutcome Outcome, TrackerStatistics Tracker, OutboxStatistics Outbox, string? Problem = null);
