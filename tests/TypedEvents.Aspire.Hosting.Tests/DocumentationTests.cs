namespace TypedEvents.Aspire.Hosting.Tests;

/// <summary>The page shows the sample that is tested.</summary>
public sealed class DocumentationTests
{
    [Fact]
    public void The_page_shows_the_AppHost_of_the_sample() => Assert.Contains(
        $"```cs\n{Read("samples", "Storefront.AppHost", "Program.cs")}```",
        Read("docs", "how-to", "aspire.md"),
        StringComparison.Ordinal);

    private static string Read(params string[] path)
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "TypedEvents.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return File.ReadAllText(Path.Combine([folder ?? throw new DirectoryNotFoundException("TypedEvents.sln is in no folder above the tests."), .. path])).ReplaceLineEndings("\n");
    }
}
