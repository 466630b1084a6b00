namespace TypedEvents;

/// <summary>
/// Whose event it is. A <see cref="Euid"/> converts to it by itself:
/// <c>tracker.Track(new Euid(10000091198), …)</c>.
/// </summary>
public readonly record struct EngageUser
{
    private readonly Euid _euid;

    private EngageUser(Euid euid) => _euid = euid;

    /// <summary>The user with this EUID. <c>default(Euid)</c> makes a user for whom <c>Track</c> answers <see cref="TrackResult.Invalid"/>.</summary>
    public static implicit operator EngageUser(Euid euid) => FromEuid(euid);

    /// <summary>The user with this EUID.</summary>
    public static EngageUser FromEuid(Euid euid) => new(euid);

    /// <summary>Gives EngageLab's id of the user.</summary>
    /// <param name="euid">The EUID, or <c>default</c>.</param>
    /// <returns>Whether there is one: not so for <c>default(EngageUser)</c>.</returns>
    public bool TryGetEuid(out Euid euid)
    {
        euid = _euid;
        return euid.IsValid;
    }

    /// <summary>The user's EUID in digits.</summary>
    public override string ToString() => _euid.ToString();
}
