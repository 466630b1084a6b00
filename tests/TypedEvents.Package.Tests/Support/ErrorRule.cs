using System.Text.RegularExpressions;

namespace TypedEvents.Package.Tests.Support;

/// <summary>
/// A rule that is an error according to its page in <c>docs/rules</c>, and the failing example there. Rules whose example needs a second
/// generator are left out, because consumers don't have it: <see cref="OldestCompilerTests"/> adds that generator's output.
/// </summary>
internal sealed partial record ErrorRule(string Id, string FailingExample)
{
    public static IReadOnlyList<ErrorRule> All { get; } =
    [
        .. Directory.EnumerateFiles(Repository.PathOf("docs", "rules"), "TE*.md").Order(StringComparer.Ordinal)
            .Select(file => (Id: Path.GetFileNameWithoutExtension(file), Page: Repository.Read(file)))
            .Where(rule => rule.Page.Contains("| severity | Error |", StringComparison.Ordinal) && !rule.Page.Contains("```csharp generated", StringComparison.Ordinal))
            .Select(rule => new ErrorRule(rule.Id, ExampleIn(rule.Page))),
    ];

    /// <summary>Writes a project for each rule that contains only the page's example.</summary>
    public static void WriteProjects(string folder)
    {
        foreach (ErrorRule rule in All)
        {
            string project = Directory.CreateDirectory(Path.Combine(folder, rule.Id)).FullName;
            File.WriteAllText(Path.Combine(project, rule.Id + ".csproj"), """
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <TargetFramework>net10.0</TargetFramework>
                    <Nullable>enable</Nullable>
                    <ImplicitUsings>enable</ImplicitUsings>
                    <EnableNETAnalyzers>false</EnableNETAnalyzers>
                  </PropertyGroup>
                  <ItemGroup>
                    <Using Include="TypedEvents" />
                    <PackageReference Include="TypedEvents" Version="$(TypedEventsVersion)" />
                  </ItemGroup>
                </Project>
                """);
            File.WriteAllText(Path.Combine(project, "Example.cs"), rule.FailingExample);
        }
    }

    private static string ExampleIn(string page) => Assert.Single(Example().Matches(page)).Groups["code"].Value;

    [GeneratedRegex("^```csharp error\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Example();
}
