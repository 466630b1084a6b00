namespace TypedEvents;

/// <summary>What became of users' external ids that were registered (<c>POST /v1/user/register</c>).</summary>
/// <param name="Euids">The EUID of each id that EngageLab registered or knew.</param>
/// <param name="Failed">The ids for which EngageLab gave no EUID, in the order in which they were given.</param>
public sealed record UserRegistration(IReadOnlyDictionary<string, Euid> Euids, IReadOnlyList<string> Failed);
