namespace TypedEvents.Torture;

/// <summary>What came out of killing processes.</summary>
internal sealed record KillReport
{
    public int Kills { get; init; }

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
    public int WrongAccounts { get; init; }

    /// <summary>Times from a kill to the first request of another process.</summary>
    public IReadOnlyList<TimeSpan> Recoveries { get; init; } = [];

    /// <summary>The first event out of order, if there is one.</summary>
    public string? Finding { get; init; }

    public bool IsClean => Lost + SecondIds + WrongUsers + OutOfOrder + Misjudged + WrongAccounts == 0;

    public static KillReport operator +(KillReport one, KillReport other) => new()
    {
        Kills = one.Kills + other.Kills,
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
        WrongAccounts = one.WrongAccounts + other.WrongAccounts,
        Finding = one.Finding ?? other.Finding,
        Recoveries = [.. one.Recoveries, .. other.Recoveries],
    };
}
