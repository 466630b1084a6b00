namespace TypedEvents.Tests;

[EngageEvent("sign_up")]
public partial record SignUp(string Plan, int Seats, string? Referrer = null);

[EngageEvent("page_viewed")]
public readonly partial record struct PageViewed(string Path);

[EngageEvent("measured")]
public partial record Measured(double Ratio, float Share);

/// <summary>A getter is the user's code.</summary>
[EngageEvent("misbehaving")]
public partial record Misbehaving([property: EventIgnore] Func<string?> Getter)
{
    public string? Value => Getter();
}
