namespace TypedEvents;

/// <summary>EngageLab's names for the kinds of ids (<c>POST /v1/user/register</c>, <c>identity_name</c>).</summary>
internal static class IdentityNames
{
    /// <summary>The names, indexed by <see cref="UserIdentityKind"/>.</summary>
    public static IReadOnlyList<string> All { get; } = ["user_id", "anonymous_id", "registration_id"];

    public static string NameOf(UserIdentityKind kind) => All[(int)kind];

    /// <exception cref="ArgumentException"><paramref name="identityName"/> is none of them.</exception>
    public static UserIdentityKind KindOf(string identityName) => TryGetKind(identityName, out UserIdentityKind kind)
        ? kind
        : throw new ArgumentException(
            $"'{identityName}' is not a kind of user id; EngageLab has {string.Join(", ", All)}.",
            nameof(identityName));

    /// <returns>Whether it is one of them.</returns>
    public static bool TryGetKind(string? identityName, out UserIdentityKind kind)
    {
        UserIdentityKind? known = identityName switch
        {
            "user_id" => UserIdentityKind.UserId,
            "anonymous_id" => UserIdentityKind.AnonymousId,
            "registration_id" => UserIdentityKind.RegistrationId,
            _ => null,
        };
        kind = known ?? default;
        return known is not null;
    }
}
