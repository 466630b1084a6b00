using System.ComponentModel.DataAnnotations;
using TypedEvents;

[assembly: CLSCompliant(false)]
[assembly: System.Runtime.InteropServices.ComVisible(false)]

namespace Contoso.Analytics;

/// <summary>A subscription plan.</summary>
public enum Plan
{
    /// <summary>The free plan.</summary>
    Free,

    /// <summary>The plan for a team.</summary>
    Team,
}

/// <summary>The address of a delivery.</summary>
/// <param name="Country">The two-letter country code.</param>
/// <param name="City">The city.</param>
public sealed record Address([property: StringLength(2, MinimumLength = 2)] string Country, string? City);

/// <summary>A user created an account.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Seats">The number of seats.</param>
[EngageEvent("sign_up")]
public sealed partial record SignUp(Plan Plan, [property: Range(1, 1000)] int Seats);

/// <summary>An order was placed.</summary>
/// <param name="OrderId">The order's id.</param>
/// <param name="Total">The total price.</param>
/// <param name="Products">The ordered products.</param>
[EngageEvent("order_placed")]
public sealed partial record OrderPlaced(Guid OrderId, decimal Total, IReadOnlyCollection<string> Products)
{
    /// <summary>The delivery address.</summary>
    [Flatten]
    public Address? ShipTo { get; init; }

    /// <summary>The time of the order.</summary>
    public required DateTimeOffset PaidAt { get; init; }

    /// <summary>The shop's internal note.</summary>
    [EventIgnore]
    public object? Basket { get; init; }
}

/// <summary>A page was viewed.</summary>
/// <param name="Page">The page.</param>
/// <param name="Shown">How long the page was visible.</param>
[EngageEvent("page_view")]
public readonly partial record struct PageView(Uri Page, TimeSpan Shown);

/// <summary>Tracks the shop's events.</summary>
/// <param name="tracker">The tracker.</param>
public sealed class ShopTracking(IEventTracker tracker)
{
    /// <summary>Tracks that a user signed up.</summary>
    /// <param name="user">The user.</param>
    /// <returns>Whether the tracker accepted the event.</returns>
    public TrackResult SignedUp(EngageUser user) => tracker.TrackSignUp(user, Plan.Team, seats: 3);

    /// <summary>Tracks that a user placed an order.</summary>
    /// <param name="user">The user.</param>
    /// <param name="order">The order.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>Whether the tracker accepted the event.</returns>
    public async Task<TrackResult> OrderedAsync(EngageUser user, OrderPlaced order, CancellationToken cancellationToken) =>
        await tracker.TrackAsync(user, order, cancellationToken: cancellationToken).ConfigureAwait(false);
}
