namespace TypedEvents;

/// <summary>What a response to a registration changes.</summary>
internal sealed class RegistrationOutcome
{
    /// <summary>What EngageLab gave, to be kept.</summary>
    public List<RegisteredUser> Registered { get; } = [];

    /// <summary>Users whose events can go.</summary>
    public List<UnregisteredUser> Known { get; } = [];

    /// <summary>How many EUIDs EngageLab gave.</summary>
    public int Given { get; set; }

    /// <summary>Users whom EngageLab omitted again, in a response that gave others their EUIDs.</summary>
    public List<UnregisteredUser> Missing { get; } = [];

    /// <summary>Users whose id was rejected, with proof that others are accepted.</summary>
    public List<UnregisteredUser> Rejected { get; } = [];
}
