using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using TypedEvents.Eng.Support;

namespace TypedEvents.Eng.Commands;

/// <summary>Prepares a release in the working tree: the changelog, the lists of the public API, and the lists of rules. RELEASING.md has the rest.</summary>
internal static partial class ReleaseCommand
{
    private const string Unreleased = "## [Unreleased]";

    public static Command Create()
    {
        var version = new Argument<string>("version") { Description = "The version to release, such as 1.2.3 or 1.3.0-rc.1." };
        var command = new Command("release", "Prepares a release in the working tree: changelog, public API, rules. Commits and publishes nothing.") { version };
        command.SetAction(result => RunAsync(result.GetValue(version)!));
        return command;
    }

    private static async Task RunAsync(string version)
    {
        if (!Version().IsMatch(version))
        {
            throw new EngException($"'{version}' isn't a version. Write it as 1.2.3 or 1.3.0-rc.1, without 'v'.");
        }

        if ((await Shell.OutputOfAsync("git", "status", "--porcelain")).Length > 0)
        {
            throw new EngException("The working tree has changes. Commit or stash them: the release is a commit of its own.");
        }

        if ((await Shell.OutputOfAsync("git", "tag", "--list", "v" + version)).Length > 0)
        {
            throw new EngException($"The tag v{version} exists. A released version never changes: take the next one.");
        }

        // Everything is computed before anything is written.
        var files = new Dictionary<string, string>();
        string changelog = Path.Combine(Repository.Root, "CHANGELOG.md");
        files[changelog] = InChangelog(await File.ReadAllTextAsync(changelog), version, DateOnly.FromDateTime(DateTime.UtcNow));
        foreach (string unshipped in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "PublicAPI.Unshipped.txt", SearchOption.AllDirectories))
        {
            string shipped = Path.Combine(Path.GetDirectoryName(unshipped)!, "PublicAPI.Shipped.txt");
            files[shipped] = InPublicApi(await File.ReadAllTextAsync(shipped), await File.ReadAllTextAsync(unshipped));
            files[unshipped] = PublicApiCommand.Header + "\n";
        }

        string rules = Path.Combine(Repository.Root, "generators", "TypedEvents.Generators", "AnalyzerReleases.");
        (files[rules + "Shipped.md"], files[rules + "Unshipped.md"]) =
            InRules(await File.ReadAllTextAsync(rules + "Shipped.md"), await File.ReadAllTextAsync(rules + "Unshipped.md"), version);
        foreach ((string file, string text) in files)
        {
            await File.WriteAllTextAsync(file, text);
        }

        Console.WriteLine($"""
            Prepared {version} in {files.Count} files. Next:
              git diff                                  review it: the public API and the rules are contracts
              git commit -am "Release {version}"
              git tag -a v{version} -m "Release {version}"
              git push origin main v{version}           the workflow Release packs it, and waits for a person before it publishes
            """);
    }

    /// <summary>Gives what is unreleased the version and the date, above an empty section for what comes next.</summary>
    internal static string InChangelog(string text, string version, DateOnly date)
    {
        int at = text.IndexOf(Unreleased, StringComparison.Ordinal);
        if (at < 0)
        {
            throw new EngException($"CHANGELOG.md has no section '{Unreleased}'.");
        }

        int content = at + Unreleased.Length;
        int end = text.IndexOf("\n## [", content, StringComparison.Ordinal);
        if (string.IsNullOrWhiteSpace(text[content..(end < 0 ? text.Length : end)]))
        {
            throw new EngException($"'{Unreleased}' in CHANGELOG.md is empty: there is nothing to release.");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{text[..content]}\n\n## [{version}] - {date:yyyy-MM-dd}{text[content..]}");
    }

    /// <summary>Adds the unshipped members to the shipped ones, and takes away those that were removed.</summary>
    internal static string InPublicApi(string shipped, string unshipped)
    {
        const string Removed = "*REMOVED*";
        string[] now = Lines(unshipped);
        var removed = now.Where(line => line.StartsWith(Removed, StringComparison.Ordinal)).Select(line => line[Removed.Length..]).ToHashSet(StringComparer.Ordinal);
        IEnumerable<string> all = Lines(shipped)
            .Concat(now.Where(line => !line.StartsWith(Removed, StringComparison.Ordinal)))
            .Where(line => !removed.Contains(line))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        return string.Concat(all.Prepend(PublicApiCommand.Header).Select(line => line + "\n"));

        static string[] Lines(string text) => [.. text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(line => line != PublicApiCommand.Header)];
    }

    /// <summary>Puts the tables of unshipped rules under the version.</summary>
    internal static (string Shipped, string Unshipped) InRules(string shipped, string unshipped, string version)
    {
        int tables = unshipped.IndexOf("### ", StringComparison.Ordinal);
        if (tables < 0)
        {
            return (shipped, unshipped);
        }

        string separator = shipped.Length == 0 || shipped.EndsWith("\n\n", StringComparison.Ordinal) ? "" : "\n";
        return ($"{shipped}{separator}## Release {version}\n\n{unshipped[tables..]}", unshipped[..tables]);
    }

    [GeneratedRegex(@"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$")]
    private static partial Regex Version();
}
