namespace TypedEvents.Tests;

/// <summary>
/// The loop as a model: the real delivery loop in virtual time, hundreds of times, against random servers and faults. Of each kind of
/// fault some runs are always the same, and the others new each time. <c>MODEL_RUNS</c> sets how many these are; <c>MODEL_SEED</c> runs a
/// single one again.
/// </summary>
public sealed class ModelTests
{
    private const int FixedRuns = 5;
    private const int DefaultFreshRuns = 8;

    private static readonly TimeSpan Bound = TimeSpan.FromHours(6);

    public static TheoryData<string> Kinds => [.. ModelFaults.All.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Nothing_is_lost_and_no_good_event_is_left_behind(string kind)
    {
        foreach (int seed in Seeds())
        {
            try
            {
                using var run = new ModelRun(seed);
                ModelFaults.All[kind](run);
                run.RunToTheEnd(ModelFaults.FaultEnds, Bound);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"{kind}: MODEL_SEED={seed} fails. {exception.Message}", exception);
            }
        }
    }

    [Theory]
    [InlineData("a firewall hates one event, by 403", 1)]
    [InlineData("a firewall hates one event, by cutting", 1)]
    [InlineData("two poison events side by side", 2)]
    [InlineData("poison that hangs the server", 1)]
    public void An_event_that_always_fails_while_others_are_accepted_becomes_a_dead_letter_that_says_so(string kind, int poison)
    {
        foreach (int seed in Seeds())
        {
            using var run = new ModelRun(seed);
            ModelFaults.All[kind](run);
            run.RunToTheEnd(ModelFaults.FaultEnds, Bound);
            Assert.InRange(run.CountDead(DeadLetterKind.Undeliverable), 1, poison);
            Assert.Equal(0, run.CountDead(DeadLetterKind.Rejected));
        }
    }

    [Fact]
    public void What_gets_too_old_in_an_outage_becomes_a_dead_letter_that_says_so()
    {
        using var run = new ModelRun(1);
        ModelFaults.All["events get too old"](run);
        run.RunToTheEnd(ModelFaults.FaultEnds, Bound);
        Assert.True(run.CountDead(DeadLetterKind.Expired) > 0);
    }

    private static IEnumerable<int> Seeds() =>
        Environment.GetEnvironmentVariable("MODEL_SEED") is { } single ? [NumberOf(single)]
        : Enumerable.Range(0, FixedRuns).Concat(Enumerable.Range(0, NumberOf(Environment.GetEnvironmentVariable("MODEL_RUNS") ?? $"{DefaultFreshRuns}")).Select(_ => Random.Shared.Next()));

    private static int NumberOf(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
