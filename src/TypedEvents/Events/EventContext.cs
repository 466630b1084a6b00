namespace TypedEvents;

/// <summary>What may be known of an event besides its properties. <c>default</c> is right for an event that happens now.</summary>
/// <param name="OccurredAt">
/// When it happened, sent as <c>itime</c> in milliseconds since 1970-01-01T00:00:00Z. <see langword="null"/>: when
/// <c>Track</c> was called, by the tracker's clock. Not <c>default(DateTimeOffset)</c>: an event with it is <see cref="TrackResult.Invalid"/>.
/// </param>
/// <param name="RandomId">
/// The event's id, by which EngageLab tells a repeated report from a new one (<c>random_id</c>): for an event that has an
/// id of its own already. Not empty, and well-formed UTF-16. <see langword="null"/>: a new UUID of version 7.
/// </param>
public readonly record struct EventContext(DateTimeOffset? OccurredAt = null, string? RandomId = null);
