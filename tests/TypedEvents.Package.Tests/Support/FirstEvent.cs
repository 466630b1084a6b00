using System.Text.RegularExpressions;

namespace TypedEvents.Package.Tests.Support;

/// <summary>The README's first program, in a project like that of <c>dotnet new console</c>, and the output that the README states.</summary>
internal static partial class FirstEvent
{
    public const string Name = "FirstEvent";

    /// <summary>The same program with a key that is rejected.</summary>
    public const string NameWithWrongKey = "FirstEventWithWrongKey";

    private static readonly string Section = Chapter().Match(Repository.Read("README.md")).Value;

    public static string Output => Fence("text");

    public static void WriteProjects(string folder)
    {
        string program = Fence("csharp");
        string withWrongKey = program.Replace("options.ApiKey = \"local\"", "options.ApiKey = \"wrong\"", StringComparison.Ordinal);
        Assert.NotEqual(program, withWrongKey);
        WriteProject(folder, Name, program);
        WriteProject(folder, NameWithWrongKey, withWrongKey);
    }

    private static void WriteProject(string folder, string name, string program)
    {
        string project = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        File.WriteAllText(Path.Combine(project, name + ".csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="TypedEvents" Version="$(TypedEventsVersion)" />
                <PackageReference Include="TypedEvents.Emulator" Version="$(TypedEventsVersion)" />
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(project, "Program.cs"), program);
    }

    private static string Fence(string language) =>
        Assert.Single(Fences().Matches(Section), match => match.Groups["language"].Value == language).Groups["text"].Value;

    [GeneratedRegex("^## The first event\n.*?(?=^## )", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Chapter();

    [GeneratedRegex("^```(?<language>[a-z]+)\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fences();
}
