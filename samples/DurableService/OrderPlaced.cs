using TypedEvents;

namespace DurableService;

[EngageEvent("order_placed", Description = "An order was placed and paid.")]
internal readonly partial record struct OrderPlaced(Guid OrderId, decimal Total);
