namespace TypedEvents.Package.Tests.Support;

/// <summary>The files of this repository, which the tests read, pack and copy.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Whether to rewrite the baselines: <c>UPDATE_BASELINES=1</c>.</summary>
    public static bool IsUpdating { get; } = Environment.GetEnvironmentVariable("UPDATE_BASELINES") == "1";

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    public static string Read(params string[] parts) => File.ReadAllText(PathOf(parts)).ReplaceLineEndings("\n");

    /// <summary>Copies what a build of some folders needs, at the same commit: those folders, <c>eng</c>, and the files in the root.</summary>
    public static async Task CopyToAsync(string target, params string[] folders)
    {
        CommandResult files = await Command.RunAsync("git", Root, ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "eng", .. folders, ":(glob)*"]);
        foreach (string file in files.AssertSucceeded().Output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(file => File.Exists(PathOf(file))))
        {
            string copy = Path.Combine(target, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(PathOf(file), copy);
        }

        CommandResult history = await Command.RunAsync("git", Root, ["rev-parse", "--absolute-git-dir"]);
        await File.WriteAllTextAsync(Path.Combine(target, ".git"), $"gitdir: {history.AssertSucceeded().Output.Trim()}\n");
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "TypedEvents.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new DirectoryNotFoundException("TypedEvents.sln is in no folder above the tests.");
    }
}
