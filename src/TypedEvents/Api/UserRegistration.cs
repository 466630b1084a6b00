namespace TypedEvents;

/// <summary>What became of users' external ids that were registered (<c>POST /v1/user/register</c>).</summary>
public sealed record UserRegistration
{
    /// <summary>The EUID of each id that EngageLab registered or knew.</summary>
    public required IReadOnlyDictionary<string, Euid> Euids { get; init; }

    /// <summary>The ids for which EngageLab gave no EUID, in the order in which they were given.</summary>
    public required IReadOnlyList<string> Failed { get; init; }
}
