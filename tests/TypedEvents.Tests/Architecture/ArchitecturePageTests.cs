using System.Text.RegularExpressions;

namespace TypedEvents.Tests;

/// <summary>The architecture page names what there is.</summary>
public sealed partial class ArchitecturePageTests
{
    private static readonly string[] NamesOfOthers = ["NextDue", "Retry-After"];

    [Fact]
    public void Each_folder_that_it_names_exists() =>
        Assert.All(
            Code().Matches(Page).Select(match => match.Groups["name"].Value).Where(name => name.EndsWith('/')),
            folder => Assert.True(Directory.Exists(Path.Combine(Root, "src", "TypedEvents", folder)), folder));

    [Fact]
    public void It_names_each_folder()
    {
        string library = Path.Combine(Root, "src", "TypedEvents");
        IEnumerable<string> folders = Directory.EnumerateDirectories(library)
            .Concat(Directory.EnumerateDirectories(Path.Combine(library, "Delivery")))
            .Select(folder => Path.GetRelativePath(library, folder).Replace('\\', '/'))
            .Where(folder => folder is not ("bin" or "obj" or "buildTransitive"));
        Assert.All(folders, folder => Assert.Contains($"| `{folder}/` |", Page, StringComparison.Ordinal));
    }

    [Fact]
    public void Each_type_that_it_names_exists()
    {
        HashSet<string> types = [.. typeof(EventTracker).Assembly.GetTypes().Concat(typeof(LayersTests).Assembly.GetTypes()).Select(type => type.Name)];
        string[] named = [.. Code().Matches(Page).Select(match => match.Groups["name"].Value).Where(name => !name.Contains('/') && !NamesOfOthers.Contains(name))];
        Assert.True(named.Length > 20);
        Assert.All(named, name => Assert.Contains(name, types));
    }

    [Fact]
    public void Each_class_stands_in_the_folder_where_it_says_so()
    {
        List<string> misplaced = [];
        foreach (Match row in Row().Matches(Page))
        {
            string folder = row.Groups["folder"].Value;
            misplaced.AddRange(
                from Match name in Code().Matches(row.Groups["classes"].Value)
                where !File.Exists(Path.Combine(Root, "src", "TypedEvents", folder, $"{name.Groups["name"].Value}.cs"))
                select $"{folder}/{name.Groups["name"].Value}");
        }

        Assert.Empty(misplaced);
        Assert.Equal(8, Row().Count(Page));
    }

    private static string Page => File.ReadAllText(Path.Combine(Root, "docs", "architecture.md"));

    private static string Root
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

    [GeneratedRegex("`(?<name>[^`]+)`")]
    private static partial Regex Code();

    /// <summary>A row of the table of the delivery's folders: folder, responsibility, classes.</summary>
    [GeneratedRegex(@"^\| `(?<folder>Delivery[^`]*)/` \|[^|\r\n]*\|(?<classes>[^|\r\n]+)\|\r?$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
