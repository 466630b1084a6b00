using System.Text.Json.Serialization;

namespace TypedEvents.Benchmarks.Delivery;

/// <summary>An event of eight properties.</summary>
[EngageEvent("order_placed")]
internal sealed partial record Order(
    string OrderNumber,
    string Currency,
    int Items,
    double Total,
    bool FirstOrder,
    DateTime PlacedAt,
    Guid CustomerId,
    string Channel)
{
    public static Order Of(int number) => new(
        "A-2026-004711",
        "EUR",
        number % 10,
        149.95,
        number % 2 == 0,
        new DateTime(2026, 5, 4, 13, 2, 1, 678, DateTimeKind.Utc),
        new Guid(number, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
        "mobile_app");
}

/// <summary>The body that the PostAsJsonAsync loop sends.</summary>
internal sealed record ReportBody(IReadOnlyList<ReportEvent> Data);

internal sealed record ReportEvent(string EventName, long Euid, long Itime, Guid RandomId, Order Properties);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ReportBody))]
internal sealed partial class ReportContext : JsonSerializerContext;
