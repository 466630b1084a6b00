using System.ComponentModel.DataAnnotations;
using TypedEvents;

namespace Storefront;

[EngageEvent("product_viewed", Description = "Somebody looked at a product.")]
public sealed partial record ProductViewed(string ProductId);

[EngageEvent("order_placed", Description = "An order was placed and paid.")]
public sealed partial record OrderPlaced(Guid OrderId, [EventProperty(Description = "In euro.")] decimal Total, [Range(1, 1000)] int Items);
