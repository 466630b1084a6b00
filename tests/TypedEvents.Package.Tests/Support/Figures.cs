namespace TypedEvents.Package.Tests.Support;

/// <summary>Writes the tests' measurements to <c>artifacts/figures.txt</c>.</summary>
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
