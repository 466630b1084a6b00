using TypedEvents;

namespace Shop;

public partial class Cart
{
    private enum Reason { Empty, Full }

    [EngageEvent("cart_closed")]
    private sealed partial record Closed(Reason Reason);
}
