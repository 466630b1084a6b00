using TypedEvents;

namespace TypedEventsOnly;

[EngageEvent("sign_up")]
internal sealed partial record SignUp(string Plan, int Seats, string? Referrer = null);
