namespace TypedEvents.Analyzers.Tests.Infrastructure;

/// <summary>The files of this repository, which some tests read and on demand write.</summary>
internal static class Repository
{
    private static string Root { get; } = FindRoot();

    public static string Read(string path) => File.ReadAllText(PathOf(path)).ReplaceLineEndings("\n");

    public static void Write(string path, string text) => File.WriteAllText(PathOf(path), text);

    public static IEnumerable<string> FileNamesIn(string folder) => Directory.EnumerateFiles(PathOf(folder)).Select(file => Path.GetFileName(file));

    private static string PathOf(string path) => Path.Combine(Root, path);

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
