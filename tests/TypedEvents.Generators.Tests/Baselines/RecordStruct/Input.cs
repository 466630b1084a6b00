using TypedEvents;

namespace Shop;

[EngageEvent("page_view")]
public readonly partial record struct PageView(System.Uri Page, System.DateTimeOffset At, bool First);
