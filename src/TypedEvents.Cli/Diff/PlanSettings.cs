using System.Text.RegularExpressions;

namespace TypedEvents.Cli;

/// <summary>
/// Levels and exceptions of rules from the <c>.editorconfig</c> files from a folder upwards, as far as one that is <c>root</c>:
/// <c>typedevents_plan.TEP406.level = breaking</c>, <c>typedevents_plan.TEP605.except = sign_up.email</c>,
/// <c>typedevents_plan.TEP606.pattern = ^[a-z_]+$</c> and <c>typedevents_plan.TEP601.properties = true</c>.
/// </summary>
internal sealed partial class PlanSettings : IRuleSettings
{
    public static readonly PlanSettings Default = new();

    private readonly Dictionary<string, FindingLevel> _levels = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _patterns = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, bool> _switches = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<PlanException> _exceptions = [];

    /// <summary>Whether TEP601 reports events.</summary>
    public bool ChecksDescriptionsOfEvents => !_switches.TryGetValue("events", out bool isOn) || isOn;

    /// <summary>Whether TEP601 reports properties, which it doesn't unless it is asked to.</summary>
    public bool ChecksDescriptionsOfProperties => _switches.TryGetValue("properties", out bool isOn) && isOn;

    /// <summary>The exceptions that were given, to find those without an effect.</summary>
    public IReadOnlyList<PlanException> Exceptions => _exceptions;

    /// <summary>Reads the settings that apply to a folder; a nearer file takes precedence.</summary>
    /// <exception cref="ToolException">A file can't be read, or a setting has a value that isn't known.</exception>
    public static PlanSettings Read(string folder)
    {
        var settings = new PlanSettings();
        for (DirectoryInfo? current = new(Path.GetFullPath(folder)); current is not null; current = current.Parent)
        {
            string path = Path.Combine(current.FullName, ".editorconfig");
            if (File.Exists(path) && settings.Add(path))
            {
                break;
            }
        }

        return settings;
    }

    public FindingLevel? LevelOf(string id) => _levels.TryGetValue(id, out FindingLevel level) ? level : null;

    public string? PatternOf(string id) => _patterns.GetValueOrDefault(id);

    public bool IsExcepted(string id, string eventName, string? property)
    {
        bool isExcepted = false;
        foreach (PlanException exception in _exceptions)
        {
            if (exception.Id.Equals(id, StringComparison.OrdinalIgnoreCase) && exception.Matches(eventName, property))
            {
                exception.IsUsed = true;
                isExcepted = true;
            }
        }

        return isExcepted;
    }

    /// <returns>Whether the file is the root.</returns>
    private bool Add(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ToolException($"'{path}' can't be read: {exception.Message}", exception);
        }

        bool isRoot = false;
        for (int index = 0; index < lines.Length; index++)
        {
            isRoot |= Root().IsMatch(lines[index]);
            Match match = Setting().Match(lines[index]);
            if (match.Success)
            {
                Add(match.Groups["id"].Value, match.Groups["key"].Value.ToLowerInvariant(), match.Groups["value"].Value.Trim(), new SourceLocation(path, index + 1));
            }
        }

        return isRoot;
    }

    private void Add(string id, string key, string value, SourceLocation location)
    {
        switch (key)
        {
            case "level":
                _levels.TryAdd(id, value.ToLowerInvariant() switch
                {
                    "breaking" or "error" => FindingLevel.Breaking,
                    "risky" or "warning" => FindingLevel.Risky,
                    "safe" or "suggestion" => FindingLevel.Safe,
                    "none" => FindingLevel.None,
                    _ => throw new ToolException($"{location}: the level '{value}' is unknown. Use breaking, risky, safe or none; for lint rules also error, warning or suggestion."),
                });
                break;
            case "pattern":
                try
                {
                    _ = new Regex(value);
                }
                catch (ArgumentException exception)
                {
                    throw new ToolException($"{location}: '{value}' isn't a regular expression: {exception.Message}", exception);
                }

                _patterns.TryAdd(id, value);
                break;
            case "except":
                _exceptions.AddRange(value
                    .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .Select(subject => new PlanException(id.ToUpperInvariant(), subject, location)));
                break;
            case "events" or "properties" when id.Equals("TEP601", StringComparison.OrdinalIgnoreCase):
                _switches.TryAdd(key, bool.TryParse(value, out bool isOn) ? isOn : throw new ToolException($"{location}: '{value}' is neither true nor false."));
                break;
            default:
                throw new ToolException($"{location}: 'typedevents_plan.{id}.{key}' is unknown. There are level, except and pattern.");
        }
    }

    [GeneratedRegex(@"^\s*typedevents_plan\.(?<id>TEP\d+)\.(?<key>\w+)\s*=\s*(?<value>.*?)\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex Setting();

    [GeneratedRegex(@"^\s*root\s*=\s*true\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex Root();
}

/// <summary>An event, or a property of one, that a rule doesn't report.</summary>
/// <param name="Id">The rule.</param>
/// <param name="Subject"><c>event</c>, <c>event.property</c> or <c>*.property</c>.</param>
/// <param name="Location">Where it is given.</param>
internal sealed record PlanException(string Id, string Subject, SourceLocation Location)
{
    /// <summary>Whether it has kept something from being reported.</summary>
    public bool IsUsed { get; set; }

    public bool Matches(string eventName, string? property) =>
        Subject == eventName || (property is not null && (Subject == $"{eventName}.{property}" || Subject == $"*.{property}"));
}
