using System.Text;

namespace TypedEvents.Cli;

/// <summary>Reads files of other commits.</summary>
internal static class GitFile
{
    /// <summary>The exit code of <c>git rev-parse --verify --quiet</c> for a name that it doesn't know. For all other failures it is another one.</summary>
    private const int UnknownName = 1;

    /// <summary>A file as it is in a commit; <see langword="null"/> where the commit has no such file.</summary>
    /// <param name="reference">A branch, a tag or a commit.</param>
    /// <param name="path">The file's path on the disk, where it needn't exist.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ToolException">There is no repository, or no such commit.</exception>
    public static async Task<string?> ReadAsync(string reference, string path, CancellationToken cancellationToken)
    {
        string folder = Path.GetDirectoryName(path)!;
        if (reference.StartsWith('-'))
        {
            throw new ToolException($"'{reference}' isn't the name of a branch, a tag or a commit.");
        }

        (int exitCode, _, string error) = await ChildProcess.RunAsync("git", ["rev-parse", "--verify", "--quiet", $"{reference}^{{commit}}"], folder, cancellationToken);
        if (exitCode == UnknownName)
        {
            throw new ToolException($"Git doesn't know '{reference}'. In a shallow clone, fetch it first: git fetch origin {reference}");
        }

        if (exitCode != 0)
        {
            throw new ToolException(error.Contains("not a git repository", StringComparison.Ordinal)
                ? $"'{folder}' isn't in a Git repository."
                : $"Git can't read '{reference}' in '{folder}': {error.Trim().Split('\n')[0]}");
        }

        (exitCode, string content, _) = await ChildProcess.RunAsync("git", ["show", $"{reference}:./{Path.GetFileName(path)}"], folder, cancellationToken, Encoding.UTF8);
        return exitCode == 0 ? content : null;
    }
}
