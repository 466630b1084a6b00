using System.Text;

namespace TypedEvents.Cli;

/// <summary>Writes findings for people and for the machines that show them to people.</summary>
internal static class ReportWriter
{
    /// <summary>GitHub shows ten errors and ten warnings of a step, and drops the others silently.</summary>
    private const int MaxAnnotations = 10;

    /// <summary>Writes a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="format">How.</param>
    /// <param name="verbosity">Detailed: with changes of types and assemblies. Quiet: without what nobody has to act on.</param>
    /// <param name="hasColors">Whether text is for a terminal that shows colours.</param>
    public static string Write(FindingsReport report, ReportFormat format, Verbosity verbosity = Verbosity.Normal, bool hasColors = false)
    {
        FindingsReport shown = report with { Findings = [.. report.Findings.Where(finding => IsShown(finding, verbosity))] };
        return format switch
        {
            ReportFormat.Json => ReportJson.Write(shown),
            ReportFormat.Markdown => Markdown(shown),
            ReportFormat.Github => Github(shown),
            ReportFormat.MsBuild => MsBuild(shown),
            _ => Text(shown, hasColors),
        };
    }

    private static bool IsShown(Finding finding, Verbosity verbosity) => verbosity switch
    {
        Verbosity.Detailed => true,
        Verbosity.Quiet => finding is { Accepted: null, IsText: false, Level: FindingLevel.Breaking or FindingLevel.Risky },
        _ => finding.Id != "TEP105",
    };

    private static string Text(FindingsReport report, bool hasColors)
    {
        var text = new StringBuilder();
        foreach (Finding finding in report.Findings.Where(finding => !finding.IsText))
        {
            if (finding.Location is { } location)
            {
                text.Append(Printable.Of($"{location}: "));
            }

            text.Append(Colored(finding, hasColors)).Append(Printable.Of($" {finding.Id}: {Sentence(finding)}\n{Facts(finding)}"));
        }

        Finding[] texts = [.. report.Findings.Where(finding => finding.IsText)];
        if (texts.Length > 0)
        {
            text.Append(Printable.Of($"descriptions: {string.Join(", ", texts.Select(finding => finding.Subject))}\n"));
        }

        if (report.Findings.Count > 0)
        {
            text.Append(report.Summary).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The indented lines below a finding's sentence.</summary>
    private static string Facts(Finding finding)
    {
        var text = new StringBuilder();
        if (finding.Before is not null || finding.After is not null)
        {
            text.Append("    before  ").Append(finding.Before ?? "–").Append("      after  ").Append(finding.After ?? "–").Append('\n');
        }

        if (finding.CallSites.Count > 0 || finding.Owner is not null)
        {
            string[] facts = [.. new[]
            {
                finding.CallSites.Count > 0 ? $"sent from  {string.Join(", ", finding.CallSites)}" : null,
                finding.Owner is null ? null : $"owner  {finding.Owner}",
            }.OfType<string>()];
            text.Append("    ").AppendJoin("        ", facts).Append('\n');
        }

        if (finding.Accepted is not null)
        {
            text.Append("    accepted: ").Append(finding.Accepted).Append('\n');
        }
        else if (finding is { Level: FindingLevel.Breaking, IsLint: false, IsLock: false, Event: not null })
        {
            text.Append("    If that is meant: typedevents plan accept --only ").Append(finding.Event).Append(" --because \"…\"\n");
        }

        return text.ToString();
    }

    /// <summary>A job's summary. It is empty without findings, because a comment that says nothing is noise.</summary>
    private static string Markdown(FindingsReport report)
    {
        if (report.Findings.Count == 0)
        {
            return "";
        }

        var text = new StringBuilder();
        text.Append("## Tracking plan: ").Append(report.Summary).Append("\n\n");
        Finding[] privacy = [.. report.Findings.Where(finding => finding.IsPrivacy && finding.Accepted is null)];
        Section("Privacy", privacy, isOpen: true);
        Section("Lock file", [.. report.Findings.Where(finding => finding.IsLock)], isOpen: true);
        Section("Breaking", [.. report.Open(FindingLevel.Breaking).Except(privacy)], isOpen: true);
        Section("Risky", [.. report.Open(FindingLevel.Risky).Except(privacy)], isOpen: false);
        Section("Safe", [.. report.Open(FindingLevel.Safe).Except(privacy)], isOpen: false);
        Section("Accepted", [.. report.Findings.Where(finding => finding.Accepted is not null)], isOpen: false);
        Section("Lint", [.. report.Lint.Except(privacy)], isOpen: false);
        Section("Descriptions", [.. report.Findings.Where(finding => finding.IsText)], isOpen: false);
        return text.ToString();

        void Section(string title, Finding[] findings, bool isOpen)
        {
            if (findings.Length == 0)
            {
                return;
            }

            text.Append(isOpen ? $"### {title}\n\n" : $"<details><summary>{title}: {findings.Length}</summary>\n\n");
            text.Append("| | Event | What changed | Before | After | Owner | Sent from |\n| --- | --- | --- | --- | --- | --- | --- |\n");
            foreach (Finding finding in findings)
            {
                text.Append("| ").AppendJoin(" | ", new[]
                {
                    finding.Id,
                    finding.Subject.Length == 0 ? "" : $"`{Cell(finding.Subject)}`",
                    Cell((finding.Subject.Length == 0 ? finding.Message : Capitalized(finding.Message)) + (finding.Accepted is null ? "" : $" Accepted: {finding.Accepted}")),
                    Cell(finding.Before),
                    Cell(finding.After),
                    Cell(finding.Owner),
                    Cell(string.Join(", ", finding.CallSites)),
                }).Append(" |\n");
            }

            text.Append('\n');
            string[] events = [.. findings.Where(finding => finding is { Level: FindingLevel.Breaking, IsLint: false, IsLock: false, Accepted: null, Event: not null }).Select(finding => finding.Event!).Distinct(StringComparer.Ordinal)];
            if (events.Length > 0)
            {
                text.Append("If that is meant:\n\n```\n");
                foreach (string eventName in events)
                {
                    text.Append("typedevents plan accept --only ").Append(eventName).Append(" --because \"…\"\n");
                }

                text.Append("```\n\n");
            }

            text.Append(isOpen ? "" : "</details>\n\n");
        }
    }

    /// <summary>Annotations of a GitHub job, the gravest first.</summary>
    private static string Github(FindingsReport report)
    {
        var text = new StringBuilder();
        foreach ((string command, Finding[] findings) in new[]
        {
            ("error", report.Findings.Where(finding => finding is { Level: FindingLevel.Breaking, Accepted: null }).ToArray()),
            ("warning", report.Findings.Where(finding => finding is { Level: FindingLevel.Risky, Accepted: null }).ToArray()),
        })
        {
            foreach (Finding finding in findings.Take(findings.Length > MaxAnnotations ? MaxAnnotations - 1 : MaxAnnotations))
            {
                string place = finding.Location is { } location
                    ? $" file={Escape(location.File, isProperty: true)}{(location.Line > 0 ? $",line={location.Line}" : "")}{(location.Column > 0 ? $",col={location.Column}" : "")},title={finding.Id}"
                    : $" title={finding.Id}";
                text.Append("::").Append(command).Append(place).Append("::").Append(Escape(Sentence(finding), isProperty: false)).Append('\n');
            }

            if (findings.Length > MaxAnnotations)
            {
                text.Append("::").Append(command).Append(" title=TypedEvents::").Append(findings.Length - MaxAnnotations + 1).Append(" more are in the job's summary.\n");
            }
        }

        return text.ToString();

        static string Escape(string value, bool isProperty)
        {
            string escaped = value.Replace("%", "%25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);
            return isProperty ? escaped.Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal) : escaped;
        }
    }

    /// <summary>Lines that MSBuild and IDEs understand.</summary>
    private static string MsBuild(FindingsReport report)
    {
        var text = new StringBuilder();
        foreach (Finding finding in report.Findings.Where(finding => finding is { IsText: false, Accepted: null, Level: FindingLevel.Breaking or FindingLevel.Risky }))
        {
            text.Append(finding.Location?.ToString() ?? "typedevents").Append(": ")
                .Append(finding.Level == FindingLevel.Breaking ? "error" : "warning").Append(' ')
                .Append(finding.Id).Append(": ")
                .Append(Sentence(finding).ReplaceLineEndings(" ")).Append('\n');
        }

        return Printable.Of(text.ToString());
    }

    /// <summary>The level, red or yellow where somebody has to act on it.</summary>
    private static string Colored(Finding finding, bool hasColors) => (hasColors, finding) switch
    {
        (false, _) or (_, { Accepted: not null } or { Level: FindingLevel.Safe }) => LevelOf(finding),
        (_, { Level: FindingLevel.Breaking }) => $"\u001b[31m{LevelOf(finding)}\u001b[0m",
        _ => $"\u001b[33m{LevelOf(finding)}\u001b[0m",
    };

    private static string LevelOf(Finding finding) => finding switch
    {
        { IsLint: true, Level: FindingLevel.Breaking } => "error",
        { IsLint: true, Level: FindingLevel.Risky } => "warning",
        { IsLint: true } => "suggestion",
        { Accepted: not null } => "accepted",
        { IsLock: true } => "error",
        _ => LevelNames.Of(finding.Level),
    };

    private static string Sentence(Finding finding) => finding.Subject.Length == 0 ? finding.Message : $"{finding.Subject} {finding.Message}";

    private static string Capitalized(string sentence) => sentence.Length == 0 ? sentence : char.ToUpperInvariant(sentence[0]) + sentence[1..];

    private static string Cell(string? text) => text is null ? "" : MarkdownText.Escape(text);
}

/// <summary>Text in Markdown.</summary>
internal static class MarkdownText
{
    /// <summary>Text of a user within a table's cell: it forms neither a table, nor a link, nor HTML.</summary>
    public static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("|", "\\|", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace("[", "\\[", StringComparison.Ordinal)
        .Replace("*", "\\*", StringComparison.Ordinal)
        .Replace("`", "\\`", StringComparison.Ordinal)
        .ReplaceLineEndings(" ");
}

/// <summary>Text that a terminal shows as it is, whoever wrote it.</summary>
internal static class Printable
{
    /// <summary>Shows control characters but the end of a line, so that text from a file can't direct the terminal.</summary>
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\u001f') && !text.Any(char.IsControl))
        {
            return text;
        }

        var printable = new StringBuilder(text.Length);
        foreach (char character in text)
        {
            printable.Append(char.IsControl(character) && character != '\n' ? '\uFFFD' : character);
        }

        return printable.ToString();
    }
}
