namespace TypedEvents.Tests;

/// <summary>
/// <c>ExecutionContext.SuppressFlow</c> throws on .NET 8 where the flow is suppressed already, such as when an application starts a tracker within
/// such a block of its own. These tests run on a later .NET, where it doesn't.
/// </summary>
public sealed class SuppressedFlowTests
{
    private const string Suppresses = "ExecutionContext.SuppressFlow()";

    /// <summary>The question stands at most this many lines above: before the block of its own, or the return of what needs none.</summary>
    private const int Lines = 8;

    [Fact]
    public void The_flow_is_suppressed_only_where_it_is_not_suppressed_already()
    {
        string? folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder!, "TypedEvents.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        List<string> found = [];
        List<string> withoutQuestion = [];
        foreach (string file in Directory.EnumerateFiles(Path.Combine(folder!, "src"), "*.cs", SearchOption.AllDirectories).Where(static file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)))
        {
            string[] lines = File.ReadAllLines(file);
            for (int i = 0; i < lines.Length; i++)
            {
                if (!lines[i].Contains(Suppresses, StringComparison.Ordinal))
                {
                    continue;
                }

                string place = $"{Path.GetRelativePath(folder!, file)}:{i + 1}";
                found.Add(place);
                if (!lines[Math.Max(0, i - Lines)..i].Any(static line => line.Contains("ExecutionContext.IsFlowSuppressed()", StringComparison.Ordinal)))
                {
                    withoutQuestion.Add(place);
                }
            }
        }

        Assert.NotEmpty(found);
        Assert.Empty(withoutQuestion);
    }
}
