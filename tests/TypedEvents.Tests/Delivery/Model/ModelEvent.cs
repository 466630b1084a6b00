namespace TypedEvents.Tests;

/// <summary>An event of a model run, and what became of it.</summary>
internal sealed class ModelEvent(int number, int user, string name)
{
    public int Number => number;

    public int User => user;

    public string Name => name;

    /// <summary>The server rejects each request that has it.</summary>
    public bool IsBad { get; set; }

    /// <summary>Each request that has it fails, such as at a firewall that dislikes its content.</summary>
    public bool IsPoison { get; set; }

    public bool IsGood => !IsBad && !IsPoison;

    /// <summary>The application that tracked it.</summary>
    public string? AppKey { get; set; }

    public TimeSpan AppendedAt { get; set; }

    /// <summary>The times it was tried alone.</summary>
    public List<ModelTrial> Trials { get; } = [];

    /// <summary>When the server first took it.</summary>
    public TimeSpan? TakenAt { get; set; }

    /// <summary>Whether it was sent alone, or its name held, so that it may have been quarantined.</summary>
    public bool WasAlone { get; set; }

    public override string ToString() =>
        $"Event {Number} ('{Name}'{(IsBad ? ", bad" : IsPoison ? ", poison" : "")}, user {User}, appended at {AppendedAt}, tried alone {Trials.Count} times)";
}
