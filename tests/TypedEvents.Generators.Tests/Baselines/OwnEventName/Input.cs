using TypedEvents;

namespace Shop;

[EngageEvent("renamed")]
public partial record Renamed(string EventName, [EventIgnore] object Secret);
