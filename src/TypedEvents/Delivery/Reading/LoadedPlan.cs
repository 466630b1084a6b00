namespace TypedEvents;

/// <summary>A plan whose events were read.</summary>
/// <param name="outcome">What came of it.</param>
/// <param name="request">The request, where it is <see cref="PlanOutcome.Ready"/>.</param>
internal sealed class LoadedPlan(PlanOutcome outcome, ReportRequest? request = null)
{
    public PlanOutcome Outcome => outcome;

    public ReportRequest? Request => request;

    public static implicit operator LoadedPlan(ReportRequest request) => new(PlanOutcome.Ready, request);

    public static implicit operator LoadedPlan(PlanOutcome outcome) => new(outcome);
}
