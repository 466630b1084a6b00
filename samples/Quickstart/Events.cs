using TypedEvents;

namespace Quickstart;

public enum Plan
{
    Free,
    Team,
    EnterpriseAnnual,
}

[EngageEvent("sign_up", Description = "A user created an account.")]
public partial record SignUp(Plan Plan, int Seats, string? Referrer = null);

[EngageEvent("feature_used", Description = "A feature was used, and for how long.")]
public readonly partial record struct FeatureUsed(string Feature, TimeSpan Duration);

[EngageEvent("cart_updated", Description = "The contents of a cart changed.")]
public partial record CartUpdated(IReadOnlyList<string> Products, bool HasCoupon);

[EngageEvent("order_placed", Description = "An order was placed and paid.")]
public partial record OrderPlaced(
    Guid OrderId,
    decimal Total,
    string Currency,
    [EventProperty("payment_method")] string Method,
    DateTimeOffset DeliverBy)
{
    /// <summary>Computed properties are sent, too.</summary>
    public bool IsLarge => Total >= 500;

    [EventIgnore]
    public string? InternalNote { get; init; }
}
