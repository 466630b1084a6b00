namespace TypedEvents.Health;

/// <summary>A health check that was added for a tracker.</summary>
/// <param name="TrackerKey">The tracker's key; <see langword="null"/>: the unnamed one.</param>
/// <param name="CheckName">The check's name, which is also that of its options.</param>
internal sealed record HealthRegistration(string? TrackerKey, string CheckName);
