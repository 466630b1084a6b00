namespace TypedEvents.Stress;

/// <summary>What came out of killing processes.</summary>
internal sealed record KillReport
{
    public int Kills { get; init; }

    /// <summary>Processes that were killed at the end, when no other was to go on but the one that delivers what is left.</summary>
    public int FinalKills { get; init; }

    /// <summary>How many processes said that they were at a step, and died there; the others were killed from outside.</summary>
    public IReadOnlyDictionary<KillStep, int> StepKills { get; init; } = new Dictionary<KillStep, int>();

    /// <summary>Processes that were to die at a step and never came to it.</summary>
    public int MissedSteps { get; init; }

    /// <summary>Processes that died between acceptance and settlement, and whose events nobody sent again.</summary>
    public int NotSentAgain { get; init; }

    /// <summary>Events for which <c>TrackAsync</c> returned <c>Accepted</c>, and the process could still say so.</summary>
    public long Acknowledged { get; init; }

    /// <summary>Events that the outbox took.</summary>
    public long Appended { get; init; }

    /// <summary>Events at the server.</summary>
    public long Delivered { get; init; }

    public long DeadLetters { get; init; }

    /// <summary>Acknowledged events that are neither at the server nor among the dead letters.</summary>
    public long Lost { get; init; }

    /// <summary>Events at the server under more than one <c>random_id</c>, or another one than was acknowledged, or with other bytes.</summary>
    public long SecondIds { get; init; }

    /// <summary>Arrivals of events that the server had already, under the same <c>random_id</c>.</summary>
    public long Resends { get; init; }

    /// <summary>Events that arrived under another user's EUID.</summary>
    public long WrongUsers { get; init; }

    /// <summary>Events whose first arrival was after that of a later event of their user.</summary>
    public long OutOfOrder { get; init; }

    /// <summary>Bad events that were delivered or lost, and good ones among the dead letters.</summary>
    public long Misjudged { get; init; }

    /// <summary>Outboxes whose account doesn't add up at the end, or isn't that of the server.</summary>
    public int WrongStatistics { get; init; }

    /// <summary>Times from a kill to the first report of another process.</summary>
    public IReadOnlyList<TimeSpan> Recoveries { get; init; } = [];

    /// <summary>The first event out of order, if there is one.</summary>
    public string? Finding { get; init; }

    public bool IsClean => Lost + SecondIds + WrongUsers + OutOfOrder + Misjudged + WrongStatistics + MissedSteps + NotSentAgain == 0;

    public override string ToString()
    {
        string steps = string.Join(", ", StepKills.OrderBy(step => step.Key).Select(step => $"{step.Key} {step.Value}"));
        string recoveries = string.Join(", ", Recoveries.Select(recovery => FormattableString.Invariant($"{recovery.TotalSeconds:F2} s")));
        return $"""
            {Kills} kills (at steps: {steps}), {FinalKills} at the end; {Acknowledged} acknowledged, {Appended} appended, {Delivered} delivered, {DeadLetters} dead letters
            lost {Lost}, second ids {SecondIds}, wrong users {WrongUsers}, out of order {OutOfOrder}, misjudged {Misjudged}, wrong accounts {WrongStatistics}, steps missed {MissedSteps}, not sent again {NotSentAgain}; resent {Resends}
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
        WrongStatistics = one.WrongStatistics + other.WrongStatistics,
        Finding = one.Finding ?? other.Finding,
        Recoveries = [.. one.Recoveries, .. other.Recoveries],
    };
}
