namespace TypedEvents.Tests;

/// <summary>What an event must have been through before it may be a dead letter (docs/concepts/error-handling.md).</summary>
internal static class ModelEvidence
{
    private const int Acceptances = 10;
    private const int Proofs = 3;

    /// <summary>Rejected alone, something else accepted since, and rejected alone again, all by the process that judged it.</summary>
    public static bool OfRejection(ModelEvent dead) =>
        dead.Trials.Count > 1
        && dead.Trials[^1] is { IsRejection: true } last
        && dead.Trials.Any(trial => trial.IsRejection && trial.Process == last.Process && trial.AcceptedBefore < last.AcceptedBefore);

    /// <summary>
    /// Failed alone three times, each when ten requests had been accepted since it failed before and the last ten of the others were accepted.
    /// </summary>
    public static bool OfFailure(ModelEvent dead) =>
        dead.Trials.Count > Proofs
        && dead.Trials[^1] is { IsFailure: true } last
        && Failures(dead, last.Process) is var failures
        && failures.Zip(failures.Skip(1)).Count(pair =>
            pair.Second.ConsecutiveBefore >= Acceptances && pair.Second.AcceptedBefore - pair.First.AcceptedBefore >= Acceptances) >= Proofs;

    private static List<ModelTrial> Failures(ModelEvent dead, ModelProcess process) =>
        [.. dead.Trials.Where(trial => trial.IsFailure && trial.Process == process)];
}
