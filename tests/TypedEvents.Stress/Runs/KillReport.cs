namespace TypedEvents.Stress;

/// <summary>The result of a run that kills processes.</summary>
internal sealed record KillReport
{
    public int Kills { get; init; }

    /// <summary>The number of processes killed at the end, after which only the one that delivers the rest is started.</summary>
    public int FinalKills { get; init; }

    /// <summary>The number of processes that killed themselves at each step. The others were killed from outside.</summary>
    public IReadOnlyDictionary<KillStep, int> StepKills { get; init; } = new Dictionary<KillStep, int>();

    /// <summary>The number of processes that never reached the step at which they should kill themselves.</summary>
    public int MissedSteps { get; init; }

    /// <summary>The number of processes that died between acceptance and settlement, and whose events were not sent again.</summary>
    public int NotSentAgain { get; init; }

    /// <summary>The number of events for which <c>TrackAsync</c> returned <c>Accepted</c> and the process could still print it.</summary>
    public long Acknowledged { get; init; }

    /// <summary>The number of events that were appended to the outbox.</summary>
    public long Appended { get; init; }

    /// <summary>The number of events that the server received.</summary>
    public long Delivered { get; init; }

    public long DeadLetters { get; init; }

    /// <summary>The number of acknowledged events that the server didn't receive and that aren't dead letters.</summary>
    public long Lost { get; init; }

    /// <summary>
    /// The number of events received under more than one <c>random_id</c>, under one that differs from the acknowledged one, or with different
    /// bytes.
    /// </summary>
    public long SecondIds { get; init; }

    /// <summary>The number of events received again under the same <c>random_id</c>.</summary>
    public long Resends { get; init; }

    /// <summary>The number of events that arrived under another user's EUID.</summary>
    public long WrongUsers { get; init; }

    /// <summary>The number of events that first arrived after a later event of their user.</summary>
    public long OutOfOrder { get; init; }

    /// <summary>The number of bad events that were delivered or lost, and of good events that were dead-lettered.</summary>
    public long Misjudged { get; init; }

    /// <summary>The number of dead letters that weren't rejected alone twice, with another event accepted before the second time.</summary>
    public long WithoutEvidence { get; init; }

    /// <summary>The number of outboxes whose statistics don't add up at the end, or differ from what the server received.</summary>
    public int WrongStatistics { get; init; }

    /// <summary>The times from each kill to the first report of another process.</summary>
    public IReadOnlyList<TimeSpan> Recoveries { get; init; } = [];

    /// <summary>The first event out of order, if there is one.</summary>
    public string? Finding { get; init; }

    public bool IsClean => Lost + SecondIds + WrongUsers + OutOfOrder + Misjudged + WithoutEvidence + WrongStatistics + MissedSteps + NotSentAgain == 0;

    public override string ToString()
    {
        string steps = string.Join(", ", StepKills.OrderBy(step => step.Key).Select(step => $"{step.Key} {step.Value}"));
        string recoveries = string.Join(", ", Recoveries.Select(recovery => FormattableString.Invariant($"{recovery.TotalSeconds:F2} s")));
        return $"""
            {Kills} kills (at steps: {steps}), {FinalKills} at the end; {Acknowledged} acknowledged, {Appended} appended, {Delivered} delivered, {DeadLetters} dead letters
            lost {Lost}, second ids {SecondIds}, wrong users {WrongUsers}, out of order {OutOfOrder}, misjudged {Misjudged}, dead letters without evidence {WithoutEvidence}, wrong accounts {WrongStatistics}, steps missed {MissedSteps}, not sent again {NotSentAgain}; resent {Resends}
            recoveries: {recoveries} {Finding}
            """;
    }

    public static KillReport operator +(KillReport one, KillReport other) => new()
    {
        Kills = one.Kills + other.Kills,
        FinalKills = one.FinalKills + other.FinalKills,
        StepKills = one.StepKills.Concat(other.StepKills).GroupBy(kills => kills.Key).ToDictionary(step => step.Key, step => step.Sum(kills => kills.Value)),
        MissedSteps = one.MissedSteps + other.MissedSteps,
        NotSentAgain = one.NotSentAgain + other.NotSentAgain,
        Acknowledged = one.Acknowledged + other.Acknowledged,
        Appended = one.Appended + other.Appended,
        Delivered = one.Delivered + other.Delivered,
        DeadLetters = one.DeadLetters + other.DeadLetters,
        Lost = one.Lost + other.Lost,
        SecondIds = one.SecondIds + other.SecondIds,
        Resends = one.Resends + other.Resends,
        WrongUsers = one.WrongUsers + other.WrongUsers,
        OutOfOrder = one.OutOfOrder + other.OutOfOrder,
        Misjudged = one.Misjudged + other.Misjudged,
        WithoutEvidence = one.WithoutEvidence + other.WithoutEvidence,
        WrongStatistics = one.WrongStatistics + other.WrongStatistics,
        Finding = one.Finding ?? other.Finding,
        Recoveries = [.. one.Recoveries, .. other.Recoveries],
    };
}
