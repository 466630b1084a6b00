using TypedEvents;

namespace Shop;

[EngageEvent("sign_up", Description = "A customer has an account & a <plan>.")]
public partial record SignUp(string Plan, int Seats, string? Referrer = null);
