using System.Text.RegularExpressions;

namespace TypedEvents.Package.Tests.Support;

/// <summary>
/// A rule whose page in <c>docs/rules</c> says that it is an error, and the example there that breaks it. Not one whose example needs a second
/// generator, which a consumer hasn't: <see cref="OldestCompilerTests"/> adds what that one would make.
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

    /// <summary>Writes a project for each rule, with the page's example and nothing else.</summary>
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
