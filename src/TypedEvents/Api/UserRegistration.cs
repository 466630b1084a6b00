namespace TypedEvents;

/// <summary>The result of registering external ids of users (<c>POST /v1/user/register</c>).</summary>
public sealed record UserRegistration
{
    /// <summary>The EUID of each id that EngageLab registered or already knew.</summary>
    public required IReadOnlyDictionary<string, Euid> Euids { get; init; }

    /// <summary>The ids for which EngageLab returned no EUID, in the order in which they were passed.</summary>
    public required IReadOnlyList<string> Failed { get; init; }
}
