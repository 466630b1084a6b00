using System.Diagnostics.CodeAnalysis;

namespace TypedEvents.Outbox;

/// <summary>A user's external id and the EUID that EngageLab returned for it.</summary>
public readonly record struct RegisteredUser
{
    /// <summary>Creates an entry.</summary>
    /// <param name="user">The external id.</param>
    /// <param name="euid">The EUID.</param>
    /// <param name="registeredAt">When EngageLab returned the EUID.</param>
    [SetsRequiredMembers]
    public RegisteredUser(EngageUser user, Euid euid, DateTimeOffset registeredAt)
    {
        User = user;
        Euid = euid;
        RegisteredAt = registeredAt;
    }

    /// <summary>The external id.</summary>
    public required EngageUser User { get; init; }

    /// <summary>The EUID.</summary>
    public required Euid Euid { get; init; }

    /// <summary>When EngageLab returned the EUID.</summary>
    public required DateTimeOffset RegisteredAt { get; init; }
}
