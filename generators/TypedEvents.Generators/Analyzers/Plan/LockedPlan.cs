using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using TypedEvents.Cli;

namespace TypedEvents.Generators.Analyzers;

/// <summary>The lock file of a project: the plan that readers of its events rely on.</summary>
internal sealed class LockedPlan
{
    private readonly SourceText _text;
    private readonly int[] _lines;

    /// <param name="text">Its text.</param>
    public LockedPlan(SourceText text)
    {
        _text = text;
        string json = text.ToString();
        _lines = [.. LinesOf(json)];
        try
        {
            Plan = PlanReader.Parse(json, LockFile.Name);
        }
        catch (ToolException exception)
        {
            Error = (exception.Problem ?? exception.Message).TrimEnd('.');
            ErrorLocation = exception.Location;
        }
    }

    /// <summary>What it says; <see langword="null"/> where it can't be read.</summary>
    public TrackingPlan? Plan { get; }

    /// <summary>Why it can't be read; <see langword="null"/> where it can.</summary>
    public string? Error { get; }

    /// <summary>The place of the error, as far as it has one.</summary>
    public SourceLocation? ErrorLocation { get; }

    /// <summary>The lock file among the additional files of a project.</summary>
    public static AdditionalText? FindIn(ImmutableArray<AdditionalText> files)
    {
        foreach (AdditionalText file in files)
        {
            if (IsLockFile(file.Path))
            {
                return file;
            }
        }

        return null;
    }

    public static bool IsLockFile(string path) => string.Equals(Path.GetFileName(path), LockFile.Name, StringComparison.OrdinalIgnoreCase);

    /// <summary>The name, or whatever else is at a place of the file.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="place">The place; the first line where it isn't known.</param>
    public Location LocationOf(string path, SourceLocation? place)
    {
        int line = Math.Min(Math.Max((place?.Line ?? 1) - 1, 0), _lines.Length - 1);
        int end = line + 1 < _lines.Length ? _lines[line + 1] - 1 : _text.Length;
        int start = Math.Min(_lines[line] + Math.Max((place?.Column ?? 1) - 1, 0), end);
        string rest = _text.ToString(TextSpan.FromBounds(start, end)).TrimEnd();
        int quote = rest.StartsWith("\"", StringComparison.Ordinal) ? rest.IndexOf('"', 1) : -1;
        TextSpan span = new(start, quote < 0 ? rest.Length : quote + 1);
        return Location.Create(path, span, _text.Lines.GetLinePositionSpan(span));
    }

    /// <summary>Where each line begins. Only a line feed ends one, as for the reader of plans; the compiler's own lines end at other characters, too.</summary>
    private static IEnumerable<int> LinesOf(string json)
    {
        yield return 0;
        for (int end = json.IndexOf('\n'); end >= 0; end = json.IndexOf('\n', end + 1))
        {
            yield return end + 1;
        }
    }
}
