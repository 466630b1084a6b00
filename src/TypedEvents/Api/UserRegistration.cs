namespace TypedEvents;

/// <summary>The result of registering external user ids (<c>POST /v1/user/register</c>).</summary>
/// <param name="Euids">The EUID of each id that EngageLab registered or already knew.</param>
/// <param name="Failed">The ids without an EUID, in the order of the call.</param>
public sealed record UserRegistration(IReadOnlyDictionary<string, Euid> Euids, IReadOnlyList<string> Failed);
