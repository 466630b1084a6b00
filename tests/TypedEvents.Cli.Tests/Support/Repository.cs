namespace TypedEvents.Cli.Tests;

/// <summary>The files of this repository.</summary>
internal static class Repository
{
    public static string Root
    {
        get
        {
            string? folder = AppContext.BaseDirectory;
            while (folder is not null && !File.Exists(Path.Combine(folder, "TypedEvents.sln")))
            {
                folder = Path.GetDirectoryName(folder);
            }

            return folder ?? throw new DirectoryNotFoundException("TypedEvents.sln is in no folder above the tests.");
        }
    }
}
