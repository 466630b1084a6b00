namespace TypedEvents.Eng.Support;

/// <summary>The folders of the repository that this program was built in.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Artifacts { get; } = Path.Combine(Root, "artifacts");

    public static string Packages { get; } = Path.Combine(Artifacts, "packages");

    private static string FindRoot()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "TypedEvents.sln")))
            {
                return folder;
            }
        }

        throw new EngException($"No folder above {AppContext.BaseDirectory} holds TypedEvents.sln. Start the command with dotnet run --project eng.");
    }
}
