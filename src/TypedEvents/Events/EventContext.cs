namespace TypedEvents;

/// <summary>The time and the id of an event. <c>default</c> means the current time and a new id.</summary>
/// <param name="OccurredAt">
/// When the event happened, sent as <c>itime</c> in milliseconds since 1970-01-01T00:00:00Z. <see langword="null"/>: the
/// time of the call, by the tracker's clock. An event with <c>default(DateTimeOffset)</c> is <see cref="TrackResult.Invalid"/>.
/// </param>
/// <param name="RandomId">
/// The event's id, by which EngageLab recognizes a repeated report (<c>random_id</c>); set it for an event that already has an id. Not
/// empty, and well-formed UTF-16. <see langword="null"/>: a new UUID of version 7.
/// </param>
public readonly record struct EventContext(DateTimeOffset? OccurredAt = null, string? RandomId = null);
