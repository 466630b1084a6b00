using TypedEvents;

namespace Contoso.Trials;

/// <summary>A customer began a trial.</summary>
/// <param name="Company">The company.</param>
/// <param name="Seats">How many people try it.</param>
[EngageEvent("trial_started", Owner = "@contoso/growth")]
public sealed partial record TrialStarted(
    string Company,
    int Seats);

[EngageEvent("trial_ended")]
public sealed partial record TrialEnded(bool Bought);
