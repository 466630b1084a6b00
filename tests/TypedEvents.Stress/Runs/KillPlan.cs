namespace TypedEvents.Stress;

/// <summary>The moment at which a process is killed.</summary>
/// <param name="Step">The step at which it kills itself; <see cref="KillStep.None"/> if it is killed from outside.</param>
/// <param name="Passages">The number of passages of the step after which it kills itself.</param>
/// <param name="Lines">The number of acknowledged events after which it is killed from outside.</param>
/// <param name="Delay">The delay after that.</param>
internal readonly record struct KillPlan(KillStep Step, int Passages, int Lines, TimeSpan Delay)
{
    private static readonly KillStep[] Steps = [.. Enum.GetValues<KillStep>().Where(step => step != KillStep.None)];

    /// <summary>
    /// Picks the moment of the next kill. The first kills are at each of the steps; then half are at random moments, and half at the steps in
    /// turn.
    /// </summary>
    public static KillPlan Pick(int index, int events, Random random) =>
        index < Steps.Length ? AtStep(index, random)
        : index % 2 == 0 ? AtStep(index / 2, random)
        : new KillPlan(KillStep.None, 0, random.Next(0, (events * StressUser.Count) + 1), TimeSpan.FromMilliseconds(random.Next(0, 60)));

    private static KillPlan AtStep(int turn, Random random) => new(Steps[turn % Steps.Length], random.Next(1, 4), 0, TimeSpan.Zero);
}
