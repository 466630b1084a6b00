namespace TypedEvents.Stress;

/// <summary>The result of a soak run.</summary>
internal sealed record SoakReport
{
    public TimeSpan Duration { get; init; }

    public int Kills { get; init; }

    public int FullDisks { get; init; }

    /// <summary>How the full disk was simulated.</summary>
    public string Disk { get; init; } = "";

    public int KindsOfFaults { get; init; }

    public int Requests { get; init; }

    public long Acknowledged { get; init; }

    public OutboxStatistics Statistics { get; init; } = new();

    public long Resends { get; init; }

    /// <summary>The violations that were found, each as a sentence.</summary>
    public IReadOnlyList<string> Violations { get; init; } = [];

    public bool IsClean => Violations.Count == 0;
}
