using Microsoft.CodeAnalysis.Diagnostics;
using TypedEvents.Cli;

namespace TypedEvents.Generators.Analyzers;

/// <summary>The levels that <c>.editorconfig</c> files set for the tool, which hold here as well: <c>typedevents_plan.TEP406.level = breaking</c>.</summary>
/// <param name="options">The options of the lock file.</param>
internal sealed class ConfiguredLevels(AnalyzerConfigOptions options) : IRuleSettings
{
    public FindingLevel? LevelOf(string id) =>
        options.TryGetValue($"typedevents_plan.{id}.level", out string? level)
            ? level.Trim().ToLowerInvariant() switch
            {
                "breaking" or "error" => FindingLevel.Breaking,
                "risky" or "warning" => FindingLevel.Risky,
                "safe" or "suggestion" => FindingLevel.Safe,
                "none" => FindingLevel.None,
                _ => null,
            }
            : null;

    /// <summary>Only rules that aren't reported here have exceptions.</summary>
    public bool IsExcepted(string id, string eventName, string? property) => false;
}
