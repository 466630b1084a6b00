using System.Text.RegularExpressions;

namespace TypedEvents.Package.Tests.Support;

/// <summary>A line that a build printed about a project.</summary>
internal sealed partial record Diagnosis(string Project, string Severity, string Id, string Message)
{
    /// <summary>Reads the errors and warnings from a build's output.</summary>
    public static IReadOnlyList<Diagnosis> Parse(string output) =>
    [
        .. Line().Matches(output)
            .Select(match => new Diagnosis(
                Path.GetFileNameWithoutExtension(match.Groups["project"].Value),
                match.Groups["severity"].Value,
                match.Groups["id"].Value,
                match.Value.Trim()))
            .Distinct(),
    ];

    [GeneratedRegex(@"^.*?(?<severity>error|warning)(?: (?<id>[A-Za-z]+[0-9]+))? ?: .*\[(?<project>[^\]:]+proj)(?:::[^\]]*)?\]\r?$", RegexOptions.Multiline)]
    private static partial Regex Line();
}
