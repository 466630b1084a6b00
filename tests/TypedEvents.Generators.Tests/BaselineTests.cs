using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Tests.Infrastructure;

namespace TypedEvents.Generators.Tests;

/// <summary>
/// The generated files for some twenty representative records. Each folder of <c>Baselines</c> has an <c>Input.cs</c> and the files that are
/// generated from it; with the environment variable <c>UPDATE_BASELINES=1</c> these tests update them.
/// </summary>
public class BaselineTests
{
    private const string InputFile = "Input.cs";

    private static readonly bool IsUpdating = Environment.GetEnvironmentVariable("UPDATE_BASELINES") == "1";

    private static readonly string Root = Path.Combine(IsUpdating ? SourceFolder() : AppContext.BaseDirectory, "Baselines");

    public static TheoryData<string> ShapeNames() =>
        new(Directory.GetDirectories(Root).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(ShapeNames))]
    public void The_output_is_as_expected(string shape)
    {
        string folder = Path.Combine(Root, shape);
        Generated generated = new Project("#pragma warning disable CS1591\n" + Read(Path.Combine(folder, InputFile))).Generate().AssertSilent();
        var actual = generated.All.ToDictionary(file => file.HintName, TextOf);
        if (IsUpdating)
        {
            Update(folder, actual);
        }

        string[] expected = [.. ExpectedFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];
        Assert.Equal(expected, actual.Keys.Order(StringComparer.Ordinal));
        foreach (string file in expected)
        {
            AssertSame($"{shape}/{file}", Read(Path.Combine(folder, file)), actual[file]);
        }
    }

    private static void AssertSame(string file, string expected, string actual)
    {
        string[] expectedLines = expected.Split('\n');
        string[] actualLines = actual.Split('\n');
        for (int i = 0; i < Math.Max(expectedLines.Length, actualLines.Length); i++)
        {
            string expectedLine = i < expectedLines.Length ? expectedLines[i] : "(end of file)";
            string actualLine = i < actualLines.Length ? actualLines[i] : "(end of file)";
            if (expectedLine != actualLine)
            {
                Assert.Fail($"""
                    {file} differs first in line {i + 1}:
                      expected: {expectedLine}
                      actual:   {actualLine}
                    If that is meant to be, run the tests once with UPDATE_BASELINES=1 and read the diff.
                    """);
            }
        }
    }

    private static void Update(string folder, Dictionary<string, string> actual)
    {
        foreach (string file in ExpectedFiles(folder))
        {
            File.Delete(file);
        }

        foreach ((string name, string text) in actual)
        {
            File.WriteAllText(Path.Combine(folder, name), text);
        }
    }

    private static IEnumerable<string> ExpectedFiles(string folder) =>
        Directory.GetFiles(folder).Where(file => Path.GetFileName(file) != InputFile);

    /// <summary>The generator's version stands in its output, and changes without the baselines.</summary>
    private static string TextOf(GeneratedSourceResult file) => file.SourceText.ToString()
        .Replace($"\"{typeof(EngageEventGenerator).Assembly.GetName().Version!.ToString(3)}\")]", "\"{version}\")]", StringComparison.Ordinal);

    private static string Read(string file) => File.ReadAllText(file).ReplaceLineEndings("\n");

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
