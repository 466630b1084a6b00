namespace TypedEvents.Package.Tests.Support;

/// <summary>What the tests measured, for who reads the log: <c>artifacts/figures.txt</c>.</summary>
internal static class Figures
{
    private static readonly Lock Turn = new();

    public static void Note(string figure)
    {
        lock (Turn)
        {
            File.AppendAllText(Path.Combine(Directory.CreateDirectory(Repository.PathOf("artifacts")).FullName, "figures.txt"), figure + "\n");
        }
    }
}
