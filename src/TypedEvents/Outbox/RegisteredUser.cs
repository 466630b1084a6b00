namespace TypedEvents;

/// <summary>A user's own id and the EUID that EngageLab gave for it.</summary>
/// <param name="User">The own id.</param>
/// <param name="Euid">The EUID.</param>
/// <param name="RegisteredAt">When EngageLab said so.</param>
public readonly record struct RegisteredUser(EngageUser User, Euid Euid, DateTimeOffset RegisteredAt);
