using System.Text.RegularExpressions;

namespace TypedEvents.Tests;

/// <summary>A folder of the library may use those above it and none below, so that each can be read without the next.</summary>
public sealed partial class LayersTests
{
    private static readonly string[] Layers =
    [
        "Threading", "Diagnostics", "Annotations", "Serialization", "Events", "Api", "Outbox",
        "Delivery/Policy", "Delivery/Planning", "Delivery/Users", "Delivery/Sending", "Delivery/Settlement", "Delivery/Reading", "Delivery/Flushing", "Delivery",
        "Tracking",
    ];

    private static string Library
    {
        get
        {
            string? folder = AppContext.BaseDirectory;
            while (folder is not null && !File.Exists(Path.Combine(folder, "TypedEvents.sln")))
            {
                folder = Path.GetDirectoryName(folder);
            }

            return Path.Combine(folder ?? throw new DirectoryNotFoundException("TypedEvents.sln is in no folder above the tests."), "src", "TypedEvents");
        }
    }

    [Fact]
    public void Each_folder_is_a_layer() =>
        Assert.Equal(
            Layers.Order(StringComparer.Ordinal),
            Directory.EnumerateDirectories(Library)
                .Concat(Directory.EnumerateDirectories(Path.Combine(Library, "Delivery")))
                .Select(folder => Path.GetRelativePath(Library, folder).Replace('\\', '/'))
                .Where(folder => folder is not ("bin" or "obj" or "buildTransitive"))
                .Order(StringComparer.Ordinal));

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
                    from type in Types(below)
                    where names.Contains(type)
                    select $"{Path.GetRelativePath(Library, file)} uses {type} of {below}");
            }
        }

        Assert.Empty(violations);
    }

    /// <summary>Packages are updated one by one: one that used internals of another would break with any other version of it.</summary>
    [Fact]
    public void No_package_uses_internals_of_another()
    {
        string src = Path.GetDirectoryName(Library)!;
        string[] packages = [.. Directory.EnumerateDirectories(src).Select(folder => Path.GetFileName(folder)!)];
        Assert.Contains("TypedEvents.Outbox.Sqlite", packages);
        string[] granted =
        [
            .. from package in packages
               from project in Directory.EnumerateFiles(Path.Combine(src, package), "*.csproj")
               from Match grant in Grant().Matches(File.ReadAllText(project))
               let friend = grant.Groups["friend"].Value
               where packages.Contains(friend)
               select $"{package} shows its internals to {friend}",
        ];
        Assert.Empty(granted);
    }

    /// <summary>The files of a layer; a folder that holds layers has only its own.</summary>
    private static IEnumerable<string> Files(string layer) => Directory.EnumerateFiles(
        Path.Combine(Library, layer),
        "*.cs",
        Array.Exists(Layers, inner => inner.StartsWith($"{layer}/", StringComparison.Ordinal)) ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories);

    private static IEnumerable<string> Types(string layer) =>
        Files(layer).SelectMany(file => Declaration().Matches(WithoutProse(File.ReadAllText(file)))).Select(match => match.Groups["name"].Value).Distinct();

    private static string WithoutProse(string code) => Prose().Replace(code, "");

    /// <summary>Comments and strings may name what the code doesn't use.</summary>
    [GeneratedRegex(@"//.*$|""(\\.|[^""\\])*""", RegexOptions.Multiline)]
    private static partial Regex Prose();

    [GeneratedRegex(@"^(public|internal) .*?\b(class|struct|record|interface|enum|delegate [\w<>]+) (?<name>[A-Z]\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"<InternalsVisibleTo\s+Include=""(?<friend>[\w.]+)")]
    private static partial Regex Grant();

    [GeneratedRegex(@"\b[A-Z]\w+\b")]
    private static partial Regex Identifier();
}
