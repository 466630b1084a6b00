namespace TypedEvents.Package.Tests.Support;

/// <summary>The files of this repository, which the tests read, pack and copy.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Whether what is expected is written anew: <c>UPDATE_BASELINES=1</c>.</summary>
    public static bool IsUpdating { get; } = Environment.GetEnvironmentVariable("UPDATE_BASELINES") == "1";

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    public static string Read(params string[] parts) => File.ReadAllText(PathOf(parts)).ReplaceLineEndings("\n");

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
