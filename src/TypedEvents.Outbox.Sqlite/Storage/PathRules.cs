using System.Globalization;
using System.Text.RegularExpressions;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// Rejects strings that aren't file paths: a connection string, a URI, an unexpanded variable. Taken literally, each would create a file
/// with a strange name, and another one wherever the program is started.
/// </summary>
internal static partial class PathRules
{
    private const string Example = "Use only the file's path, such as 'events.db' or '/var/lib/shop/events.db'.";

    // The names of the files beside a database. An outbox whose database had one of these names would be overwritten by the other one.
    private static readonly string[] ReservedEndings = ["-wal", "-shm", "-journal", "-open.lock", "-claim.lock"];

    /// <exception cref="ArgumentException">The path isn't a file path. The message says what it looks like, and the remedy.</exception>
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
        // This check comes first, and its message doesn't quote the value, which may contain a password.
        if (ConnectionStringKey().Match(path) is { Success: true } key)
        {
            return $"The path of the outbox looks like a connection string: it contains '{key.Groups["key"].Value} ='. {Example}";
        }

        if (path.Contains(":memory:", StringComparison.OrdinalIgnoreCase))
        {
            return "The path of the outbox is ':memory:', but a durable outbox needs a file. To keep events in memory, leave EventTrackerOptions.Outbox unset.";
        }

        if (UriScheme().Match(path) is { Success: true } scheme)
        {
            // Quotes only the scheme: a URI may contain a password, too.
            return $"The path of the outbox is a URI ('{scheme.Value}'). {Example}";
        }

        if (path.Any(char.IsControl))
        {
            return $"The path of the outbox contains a control character: '{Escape(path)}'. Remove it; often it is a line break from a configuration file.";
        }

        if (IsBlank(path[0]) || IsBlank(path[^1]))
        {
            return $"The path of the outbox begins or ends with a space or an invisible character: '{Escape(path)}'. Remove it.";
        }

        if (HasLoneSurrogate(path))
        {
            return $"The path of the outbox contains an unpaired surrogate, which a file name can't contain: '{Escape(path)}'. Remove it.";
        }

        if (path.Contains('"') || (path.Length > 1 && path[0] is '\'' or '`' && path[^1] == path[0]))
        {
            return $"The path of the outbox is in quotes: {path}. Remove them: they would become part of the file's name.";
        }

        if (path is "~" || path.StartsWith("~/", StringComparison.Ordinal) || path.StartsWith("~\\", StringComparison.Ordinal) || UserFolder().IsMatch(path))
        {
            return $"The path of the outbox begins with '~': '{path}'. Only a shell expands it. Use the folder's path, such as Environment.GetFolderPath(Environment.SpecialFolder.UserProfile).";
        }

        if (Variable().Match(path) is { Success: true } variable)
        {
            return $"The path of the outbox contains the variable '{variable.Value}': '{path}'. Variables aren't expanded. Use Environment.ExpandEnvironmentVariables (%X%), or Environment.GetEnvironmentVariable.";
        }

        if (Array.Find(ReservedEndings, ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) is { } reserved)
        {
            return $"The path of the outbox ends with '{reserved}': '{path}'. That name is reserved for a file beside a database. Use the path of the database, such as '{path[..^reserved.Length]}'.";
        }

        if (Path.EndsInDirectorySeparator(path) && !Directory.Exists(path))
        {
            return $"The path of the outbox ends with a separator: '{path}'. Use the path of a file in that folder, such as '{Path.Combine(path, "events.db")}'.";
        }

        if (!OperatingSystem.IsWindows() && path.StartsWith(@"\\", StringComparison.Ordinal))
        {
            return $"The path of the outbox is a Windows share: '{path}'. On this system it would be a file of that name in the current folder. {Example}";
        }

        return !OperatingSystem.IsWindows() && DrivePath().IsMatch(path)
            ? $"The path of the outbox is a Windows path: '{path}'. On this system it would be a file of that name in the current folder. {Example}"
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

    // The keywords of Microsoft.Data.Sqlite, those of other databases that are often found in such a setting, or any second pair.
    [GeneratedRegex(
        @"^\s*(?<key>data\s?source|filename|file\s?name|server|host|addr(ess)?|database|initial\s?catalog|uri|full\s?uri|mode|cache|password|pwd|user\s?id|uid|username|foreign\s?keys|journal\s?mode|synchronous|page\s?size|max\s?pool\s?size|recursive\s?triggers|default\s?timeout|command\s?timeout|pooling|vfs|version)\s*=|;\s*(?<key>[A-Za-z][A-Za-z _]*?)\s*=",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex ConnectionStringKey();

    [GeneratedRegex(@"^(file:|(jdbc:)?sqlite:|[A-Za-z][A-Za-z0-9+.-]+://)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex UriScheme();

    [GeneratedRegex(@"^~[A-Za-z_][A-Za-z0-9_-]*/", RegexOptions.CultureInvariant)]
    private static partial Regex UserFolder();

    [GeneratedRegex(@"%[A-Za-z_][A-Za-z0-9_()]*%|\$\{[^}]*\}|\$\([^)]*\)|\$[A-Za-z_][A-Za-z0-9_]*", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^[A-Za-z]:[\\/]", RegexOptions.CultureInvariant)]
    private static partial Regex DrivePath();
}
