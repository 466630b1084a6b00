namespace TypedEvents;

/// <summary>A plan whose events were read.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Request">The request, where it is <see cref="PlanOutcome.Ready"/>.</param>
internal readonly record struct LoadedPlan(PlanOutcome Outcome, ReportRequest? Request = null)
{
    public static implicit operator LoadedPlan(ReportRequest request) => new(PlanOutcome.Ready, request);

    public static implicit operator LoadedPlan(PlanOutcome outcome) => new(outcome);
}
