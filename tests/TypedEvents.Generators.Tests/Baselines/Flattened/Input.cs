using System;
using System.Collections.Generic;
using TypedEvents;

namespace Shop;

public enum Region { North, South }

public record Place([EventProperty("country_code")] string Country, Region? Region);

public sealed record Address(string City, [Flatten] Place? Place, [Flatten("")] Geo Position) : Dated(default(DateOnly))
{
    [EventIgnore]
    public object? Secret { get; init; }
}

public abstract record Dated(DateOnly Since);

public readonly record struct Geo(double Latitude, double Longitude);

[EngageEvent("delivered")]
public partial record Delivered(
    Guid OrderId,
    [Flatten] Address? ShipTo,
    [Flatten("from_")] Geo? Origin,
    [EventProperty("bill"), Flatten] Place BillTo,
    List<string> Items);
