using TypedEvents;

namespace Shop;

[EngageEvent("order")]
public partial record Order(string Number, string Currency = "EUR")
{
    public required decimal Total { get; init; }

    [EventIgnore]
    public required object Request { get; init; }

    public required string User;
}
