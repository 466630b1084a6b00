using System.ComponentModel.DataAnnotations;
using TypedEvents;

[assembly: CLSCompliant(false)]
[assembly: System.Runtime.InteropServices.ComVisible(false)]

namespace Contoso.Analytics;

/// <summary>What somebody pays for.</summary>
public enum Plan
{
    /// <summary>Nothing.</summary>
    Free,

    /// <summary>A team.</summary>
    Team,
}

/// <summary>Where a parcel goes.</summary>
/// <param name="Country">Two letters.</param>
/// <param name="City">The city.</param>
public sealed record Address([property: StringLength(2, MinimumLength = 2)] string Country, string? City);

/// <summary>Somebody made an account.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Seats">How many.</param>
[EngageEvent("sign_up")]
public sealed partial record SignUp(Plan Plan, [property: Range(1, 1000)] int Seats);

/// <summary>An order was placed.</summary>
/// <param name="OrderId">Which.</param>
/// <param name="Total">What it costs.</param>
/// <param name="Products">What is in it.</param>
[EngageEvent("order_placed")]
public sealed partial record OrderPlaced(Guid OrderId, decimal Total, IReadOnlyCollection<string> Products)
{
    /// <summary>Where to.</summary>
    [Flatten]
    public Address? ShipTo { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset PaidAt { get; init; }

    /// <summary>Within the shop.</summary>
    [EventIgnore]
    public object? Basket { get; init; }
}

/// <summary>A page was seen.</summary>
/// <param name="Page">Which.</param>
/// <param name="Shown">For how long.</param>
[EngageEvent("page_view")]
public readonly partial record struct PageView(Uri Page, TimeSpan Shown);

/// <summary>Tracks what the shop does.</summary>
/// <param name="tracker">Takes the events.</param>
public sealed class ShopTracking(IEventTracker tracker)
{
    /// <summary>Somebody signed up.</summary>
    /// <param name="user">Who.</param>
    /// <returns>Whether the tracker has it.</returns>
    public TrackResult SignedUp(EngageUser user) => tracker.TrackSignUp(user, Plan.Team, seats: 3);

    /// <summary>Somebody ordered.</summary>
    /// <param name="user">Who.</param>
    /// <param name="order">What.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Whether the tracker has it.</returns>
    public async Task<TrackResult> OrderedAsync(EngageUser user, OrderPlaced order, CancellationToken cancellationToken) =>
        await tracker.TrackAsync(user, order, cancellationToken: cancellationToken).ConfigureAwait(false);
}
