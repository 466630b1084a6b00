using System.Globalization;
using System.Text.RegularExpressions;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// Rejects strings that were meant to be something else than the path of a file: a connection string, a URI, an unexpanded variable.
/// Taken literally, each of them would become a file with a strange name, and every start elsewhere a new one.
/// </summary>
internal static partial class PathRules
{
    private const string Example = "Give the file's path alone, such as 'events.db' or '/var/lib/shop/events.db'.";

    // The names of the files that stand beside a database. One of them as the database of another outbox would be overwritten.
    private static readonly string[] ReservedEndings = ["-wal", "-shm", "-journal", "-open.lock", "-claim.lock"];

    /// <exception cref="ArgumentException">It is not the path of a file: the message says what it looks like, and the remedy.</exception>
    public static void Check(string path, string parameter)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path, parameter);
        if (Problem(path) is { } problem)
        {
            throw new ArgumentException(problem, parameter);
        }
    }

    private static string? Problem(string path)
    {
        // First, and without a word of what stands in it: it may hold a password.
        if (ConnectionStringKey().Match(path) is { Success: true } key)
        {
            return $"The path of the outbox looks like a connection string: it has '{key.Groups["key"].Value} ='. {Example}";
        }

        if (path.Contains(":memory:", StringComparison.OrdinalIgnoreCase))
        {
            return "The path of the outbox is ':memory:', and a durable outbox needs a file. For one in memory leave EventTrackerOptions.Outbox as it is.";
        }

        if (UriScheme().Match(path) is { Success: true } scheme)
        {
            // Only the scheme: an address can hold a password, too.
            return $"The path of the outbox is a URI ('{scheme.Value}'). {Example}";
        }

        if (path.Any(char.IsControl))
        {
            return $"The path of the outbox has a control character: '{Escape(path)}'. Remove it: it often comes from a line end in a setting.";
        }

        if (IsBlank(path[0]) || IsBlank(path[^1]))
        {
            return $"The path of the outbox begins or ends with a blank or an invisible character: '{Escape(path)}'. Remove it.";
        }

        if (HasLoneSurrogate(path))
        {
            return $"The path of the outbox has half of a surrogate pair, which no file name can hold: '{Escape(path)}'. Remove it.";
        }

        if (path.Contains('"') || (path.Length > 1 && path[0] is '\'' or '`' && path[^1] == path[0]))
        {
            return $"The path of the outbox has quotes: {path}. Remove them: they are part of the name here.";
        }

        if (path is "~" || path.StartsWith("~/", StringComparison.Ordinal) || path.StartsWith("~\\", StringComparison.Ordinal) || UserFolder().IsMatch(path))
        {
            return $"The path of the outbox begins with '~': '{path}'. Only a shell expands it. Give the folder itself, such as Environment.GetFolderPath(Environment.SpecialFolder.UserProfile).";
        }

        if (Variable().Match(path) is { Success: true } variable)
        {
            return $"The path of the outbox has the variable '{variable.Value}': '{path}'. Nobody expands it here. Use Environment.ExpandEnvironmentVariables (%X%), or Environment.GetEnvironmentVariable.";
        }

        if (Array.Find(ReservedEndings, ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) is { } reserved)
        {
            return $"The path of the outbox ends with '{reserved}': '{path}'. The file beside a database has that name. Name the database, such as '{path[..^reserved.Length]}'.";
        }

        if (Path.EndsInDirectorySeparator(path) && !Directory.Exists(path))
        {
            return $"The path of the outbox ends with a separator: '{path}'. Name a file in that folder, such as '{Path.Combine(path, "events.db")}'.";
        }

        return !OperatingSystem.IsWindows() && DrivePath().IsMatch(path)
            ? $"The path of the outbox is one of Windows: '{path}'. Here it would be a file of that name in the current folder. {Example}"
            : null;
    }

    private static bool IsBlank(char character) =>
        char.IsWhiteSpace(character) || CharUnicodeInfo.GetUnicodeCategory(character) == UnicodeCategory.Format;

    private static bool HasLoneSurrogate(string path)
    {
        for (int i = 0; i < path.Length; i++)
        {
            if (char.IsSurrogate(path[i]) && !(i + 1 < path.Length && char.IsSurrogatePair(path[i], path[++i])))
            {
                return true;
            }
        }

        return false;
    }

    private static string Escape(string path) => string.Concat(path.Select(character =>
        char.IsControl(character) || char.IsSurrogate(character) || (IsBlank(character) && character != ' ')
            ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}")
            : character.ToString()));

    // The keywords of Microsoft.Data.Sqlite, and those of other databases that are seen in the same place; or any second pair.
    [GeneratedRegex(
        @"^\s*(?<key>data\s?source|filename|file\s?name|server|host|addr(ess)?|database|initial\s?catalog|uri|full\s?uri|mode|cache|password|pwd|user\s?id|uid|username|foreign\s?keys|recursive\s?triggers|default\s?timeout|command\s?timeout|pooling|vfs|version)\s*=|;\s*(?<key>[A-Za-z][A-Za-z _]*?)\s*=",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex ConnectionStringKey();

    [GeneratedRegex(@"^(file:|[A-Za-z][A-Za-z0-9+.-]+://)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex UriScheme();

    [GeneratedRegex(@"^~[A-Za-z_][A-Za-z0-9_-]*/", RegexOptions.CultureInvariant)]
    private static partial Regex UserFolder();

    [GeneratedRegex(@"%[A-Za-z_][A-Za-z0-9_()]*%|\$\{[^}]*\}|\$\([^)]*\)|\$[A-Za-z_][A-Za-z0-9_]*", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^[A-Za-z]:[\\/]", RegexOptions.CultureInvariant)]
    private static partial Regex DrivePath();
}
