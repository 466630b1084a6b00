namespace TypedEvents.PostgreSql.TestServer;

/// <summary>Finds the programs of PostgreSQL and PgBouncer: in <c>PATH</c>, or in the folders of the usual packages.</summary>
internal static class Programs
{
    /// <summary>The programs that a server of the tests' own needs.</summary>
    private static readonly string[] ServerPrograms = ["initdb", "postgres", "pg_ctl", "pg_basebackup"];

    /// <summary>The folders of Debian's, Red Hat's, Homebrew's and Postgres.app's packages; those of the highest version are the first.</summary>
    private static readonly (string Parent, string Below)[] VersionFolders =
    [
        ("/usr/lib/postgresql", "bin"),
        ("/usr", "bin"),
        ("/opt/homebrew/opt", "bin"),
        ("/usr/local/opt", "bin"),
        ("/Applications/Postgres.app/Contents/Versions", "bin"),
    ];

    /// <summary>The folder that has all programs of one PostgreSQL version.</summary>
    public static string? FindServerFolder() =>
        SearchedFolders().FirstOrDefault(static folder => Array.TrueForAll(ServerPrograms, program => File.Exists(Path.Combine(folder, program))));

    public static string? Find(string program) =>
        SearchedFolders().Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static IEnumerable<string> SearchedFolders()
    {
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            yield return folder;

            // Only some of the programs may be linked from a folder of PATH.
            string linked = Path.Combine(folder, "postgres");
            if (File.Exists(linked) && File.ResolveLinkTarget(linked, returnFinalTarget: true) is { } target)
            {
                yield return Path.GetDirectoryName(target.FullName)!;
            }
        }

        foreach ((string parent, string below) in VersionFolders)
        {
            if (Directory.Exists(parent))
            {
                foreach (string version in Directory.EnumerateDirectories(parent).Where(IsVersion).OrderByDescending(VersionOf))
                {
                    yield return Path.Combine(version, below);
                }
            }
        }

        yield return "/usr/sbin";
        yield return "/usr/local/sbin";
    }

    private static bool IsVersion(string folder) => VersionOf(folder) > 0;

    /// <summary>The version at the end of a folder's name, such as that of <c>15</c>, <c>pgsql-16</c> or <c>postgresql@17</c>.</summary>
    private static int VersionOf(string folder)
    {
        string name = Path.GetFileName(folder);
        string digits = name[(name.AsSpan().LastIndexOfAnyExceptInRange('0', '9') + 1)..];
        bool isKnown = digits.Length == name.Length || name.StartsWith("pgsql-", StringComparison.Ordinal) || name.StartsWith("postgresql@", StringComparison.Ordinal);
        return isKnown && int.TryParse(digits, out int version) ? version : 0;
    }
}
