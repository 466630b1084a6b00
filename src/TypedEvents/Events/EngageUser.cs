namespace TypedEvents;

/// <summary>
/// The user of an event: EngageLab's id (an <see cref="Euid"/>, which converts implicitly), or an external id, for which the tracker gets the
/// EUID before it sends the event (EngageLab, <c>POST /v1/user/register</c>).
/// </summary>
public readonly record struct EngageUser
{
    /// <summary>The maximum length of an external id in characters (EngageLab, <c>POST /v1/user/register</c>, <c>identity_values</c>): 256.</summary>
    public const int MaxIdentityLength = 256;

    private readonly string? _value;
    private readonly long _euidOrKind;

    private EngageUser(long euid) => _euidOrKind = euid;

    private EngageUser(UserIdentityKind kind, string? value)
    {
        _value = value ?? "";
        _euidOrKind = (long)kind;
    }

    /// <summary>Whether this is an external id, whose EUID has to be known before the event can be sent.</summary>
    public bool IsExternalId => _value is not null;

    /// <summary>The kind of <see cref="ExternalId"/>; meaningless for a user with an EUID.</summary>
    internal UserIdentityKind Kind => (UserIdentityKind)_euidOrKind;

    /// <summary>
    /// EngageLab's name for this kind of id (<c>identity_name</c>): <c>user_id</c>, <c>anonymous_id</c> or <c>registration_id</c>;
    /// <see langword="null"/> for a user with an EUID.
    /// </summary>
    public string? IdentityName => IsExternalId ? IdentityNames.NameOf(Kind) : null;

    /// <summary>The external id (<c>identity_value</c>); <see langword="null"/> for a user with an EUID.</summary>
    public string? ExternalId => _value;

    /// <summary>Whether events can be tracked for this user: it has a valid EUID, or an external id of 1 to 256 characters.</summary>
    public bool IsValid => _value is null ? _euidOrKind > 0 : _value.Length is > 0 and <= MaxIdentityLength;

    /// <summary>Whether the external id can be sent unchanged: half of a surrogate pair would be replaced by another character.</summary>
    internal bool IsWellFormed => WellFormedText.IsWellFormed(_value);

    /// <summary>The user with this EUID. For <c>default(Euid)</c>, <c>Track</c> returns <see cref="TrackResult.Invalid"/>.</summary>
    public static implicit operator EngageUser(Euid euid) => FromEuid(euid);

    /// <summary>The user with this EUID.</summary>
    public static EngageUser FromEuid(Euid euid) => new(euid.Value);

    /// <summary>The user with this id in the application (<c>user_id</c>).</summary>
    /// <param name="value">1 to 256 characters of well-formed UTF-16; for any other, <c>Track</c> returns <see cref="TrackResult.Invalid"/>.</param>
    public static EngageUser UserId(string value) => new(UserIdentityKind.UserId, value);

    /// <summary>The visitor with this id, who hasn't signed in (<c>anonymous_id</c>).</summary>
    /// <param name="value">1 to 256 characters of well-formed UTF-16; for any other, <c>Track</c> returns <see cref="TrackResult.Invalid"/>.</param>
    public static EngageUser AnonymousId(string value) => new(UserIdentityKind.AnonymousId, value);

    /// <summary>The device with this id in EngageLab's push service (<c>registration_id</c>).</summary>
    /// <param name="value">1 to 256 characters of well-formed UTF-16; for any other, <c>Track</c> returns <see cref="TrackResult.Invalid"/>.</param>
    public static EngageUser RegistrationId(string value) => new(UserIdentityKind.RegistrationId, value);

    /// <summary>Restores a user that an outbox stored by <see cref="IdentityName"/> and <see cref="ExternalId"/>.</summary>
    /// <param name="identityName"><c>user_id</c>, <c>anonymous_id</c> or <c>registration_id</c>.</param>
    /// <param name="externalId">1 to 256 characters.</param>
    /// <exception cref="ArgumentException"><paramref name="identityName"/> is none of these.</exception>
    public static EngageUser FromIdentity(string identityName, string externalId)
    {
        ArgumentNullException.ThrowIfNull(identityName);
        ArgumentNullException.ThrowIfNull(externalId);
        return new EngageUser(IdentityNames.KindOf(identityName), externalId);
    }

    internal static EngageUser FromIdentity(UserIdentityKind kind, string externalId) => new(kind, externalId);

    /// <summary>Restores a user that an outbox stored, if the stored values are valid.</summary>
    /// <param name="identityName"><c>user_id</c>, <c>anonymous_id</c> or <c>registration_id</c>, if it is valid.</param>
    /// <param name="externalId">1 to 256 characters of well-formed UTF-16, if it is valid.</param>
    /// <param name="user">The user, or <c>default</c>.</param>
    /// <returns>Whether both are valid.</returns>
    public static bool TryFromIdentity(string? identityName, string? externalId, out EngageUser user)
    {
        user = externalId is not null && IdentityNames.TryGetKind(identityName, out UserIdentityKind kind) ? new EngageUser(kind, externalId) : default;
        bool isUser = user is { IsExternalId: true, IsValid: true, IsWellFormed: true };
        user = isUser ? user : default;
        return isUser;
    }

    /// <summary>Gets EngageLab's id of the user.</summary>
    /// <param name="euid">The EUID, or <c>default</c>.</param>
    /// <returns>Whether the user has an EUID: <see langword="false"/> for an external id and for <c>default(EngageUser)</c>.</returns>
    public bool TryGetEuid(out Euid euid) => Euid.TryCreate(_value is null ? _euidOrKind : 0, out euid);

    /// <summary>Whether both are the same user: the same EUID, or the same external id of the same kind.</summary>
    public bool Equals(EngageUser other) => _euidOrKind == other._euidOrKind && string.Equals(_value, other._value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => (_value?.GetHashCode(StringComparison.Ordinal) ?? 0) ^ _euidOrKind.GetHashCode();

    /// <summary>The user's EUID in digits, or the kind of its external id. The external id itself isn't shown: it may be an e-mail address.</summary>
    public override string ToString() =>
        IsExternalId ? IdentityNames.NameOf(Kind) : _euidOrKind.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
