using System.Text.RegularExpressions;

namespace TypedEvents.Cli.Tests;

/// <summary>A folder of the tool may use those above it in this list and none below, so that each can be read without the next.</summary>
public sealed partial class LayersTests
{
    private static readonly string[] Layers = ["Plan", "Usages", "Diff", "Lint", "Output", "Export", "Projects", "Live", "Commands"];

    [Fact]
    public void Each_folder_is_a_layer() =>
        Assert.Equal(
            Layers.Order(StringComparer.Ordinal),
            Directory.EnumerateDirectories(Root).Select(Path.GetFileName).Where(folder => folder is not ("bin" or "obj")).Order(StringComparer.Ordinal));

    [Fact]
    public void No_folder_uses_one_below_it()
    {
        List<string> violations = [];
        for (int layer = 0; layer < Layers.Length; layer++)
        {
            foreach (string file in Files(Layers[layer]))
            {
                HashSet<string> names = [.. Identifier().Matches(WithoutProse(File.ReadAllText(file))).Select(match => match.Value)];
                violations.AddRange(
                    from below in Layers[(layer + 1)..]
                    from type in Files(below).SelectMany(other => Declaration().Matches(WithoutProse(File.ReadAllText(other)))).Select(match => match.Groups["name"].Value).Distinct()
                    where names.Contains(type)
                    select $"{Path.GetRelativePath(Root, file)} uses {type} of {below}");
            }
        }

        Assert.Empty(violations);
    }

    private static string Root => Path.Combine(Repository.Root, "src", "TypedEvents.Cli");

    private static IEnumerable<string> Files(string layer) => Directory.EnumerateFiles(Path.Combine(Root, layer), "*.cs", SearchOption.AllDirectories);

    private static string WithoutProse(string code) => Prose().Replace(code, "");

    /// <summary>Comments and strings may name what the code doesn't use.</summary>
    [GeneratedRegex(@"//.*$|""(\\.|[^""\\])*""", RegexOptions.Multiline)]
    private static partial Regex Prose();

    [GeneratedRegex(@"^internal .*?\b(class|struct|record|interface|enum) (struct )?(?<name>[A-Z]\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\b[A-Z]\w+\b")]
    private static partial Regex Identifier();
}
