namespace TypedEvents.Tests;

#pragma warning disable TE0011 // The documentation's example has an event of this name as well.
[EngageEvent("sign_up")]
public partial record SignUp(string Plan, int Seats, string? Referrer = null);
#pragma warning restore TE0011

[EngageEvent("page_viewed")]
public readonly partial record struct PageViewed(string Path);

[EngageEvent("measured")]
public partial record Measured(double Ratio, float Share);

[EngageEvent("listed")]
public partial record Listed(IEnumerable<string?>? Texts = null, IEnumerable<Guid?>? Ids = null, IEnumerable<DayOfWeek>? Days = null);

/// <summary>A getter is the user's code.</summary>
[EngageEvent("misbehaving")]
public partial record Misbehaving([property: EventIgnore] Func<string?> Getter)
{
    public string? Value => Getter();
}

/// <summary>A static member of the user's that throws when the type is first used, which is when it is tracked.</summary>
[EngageEvent("uninitializable")]
public partial record Uninitializable(string Value)
{
    private static readonly int Broken = int.Parse("no number", System.Globalization.CultureInfo.InvariantCulture);

    [EventIgnore]
    public int Sum => Broken + Value.Length;
}
