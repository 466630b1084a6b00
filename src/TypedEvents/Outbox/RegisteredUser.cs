namespace TypedEvents;

/// <summary>A user's external id and the EUID that EngageLab gave for it.</summary>
/// <param name="User">The external id.</param>
/// <param name="Euid">The EUID.</param>
/// <param name="RegisteredAt">When EngageLab said so.</param>
public readonly record struct RegisteredUser(EngageUser User, Euid Euid, DateTimeOffset RegisteredAt);
