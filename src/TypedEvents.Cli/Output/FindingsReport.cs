namespace TypedEvents.Cli;

/// <summary>The level from which findings fail a command.</summary>
internal enum FailOn
{
    Breaking,
    Risky,
    Any,
}

/// <summary>How a report is written.</summary>
internal enum ReportFormat
{
    Text,
    Json,
    Markdown,
    Github,
    MsBuild,
}

/// <summary>What a command has found, in the order in which it is reported.</summary>
/// <param name="Command">The command, as in <c>plan check</c>.</param>
/// <param name="Findings">The findings.</param>
internal sealed record FindingsReport(string Command, IReadOnlyList<Finding> Findings)
{
    /// <summary>The findings of a comparison that are still open, by level.</summary>
    public IEnumerable<Finding> Open(FindingLevel level) => Findings.Where(finding => finding is { IsLint: false, IsLock: false, IsText: false, Accepted: null } && finding.Level == level);

    public IEnumerable<Finding> Lint => Findings.Where(finding => finding.IsLint);

    /// <summary>Whether the findings fail a command. For lint, an error counts as breaking, and a warning only for <see cref="FailOn.Any"/>.</summary>
    public bool Fails(FailOn failOn) => Findings.Any(finding => finding.Accepted is null && !finding.IsText && finding.Id != "TEP105" && finding.Level switch
    {
        FindingLevel.Breaking => true,
        FindingLevel.Risky => failOn == FailOn.Any || (failOn == FailOn.Risky && !finding.IsLint),
        FindingLevel.Safe => failOn == FailOn.Any,
        _ => false,
    });

    /// <summary><c>2 breaking, 1 risky, 5 safe</c>; without those of which there are none.</summary>
    public string Summary
    {
        get
        {
            (string Word, int Count)[] counts =
            [
                ("breaking", Open(FindingLevel.Breaking).Count()),
                ("risky", Open(FindingLevel.Risky).Count()),
                ("safe", Open(FindingLevel.Safe).Count(finding => finding.Id != "TEP105")),
                ("of the lock file", Findings.Count(finding => finding.IsLock)),
                ("accepted", Findings.Count(finding => finding.Accepted is not null)),
                ("lint errors", Lint.Count(finding => finding.Level == FindingLevel.Breaking)),
                ("lint warnings", Lint.Count(finding => finding.Level == FindingLevel.Risky)),
                ("texts", Findings.Count(finding => finding.IsText)),
            ];
            string summary = string.Join(", ", counts.Where(count => count.Count > 0).Select(count => $"{count.Count} {count.Word}"));
            return summary.Length == 0 ? "nothing found" : summary;
        }
    }
}
