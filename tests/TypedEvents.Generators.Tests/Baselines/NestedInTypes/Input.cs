using TypedEvents;

namespace Shop.@event;

public static partial class Checkout
{
    internal partial record struct Step
    {
        [EngageEvent("step_done")]
        public partial record @Done(int @class);
    }
}
