using TypedEvents.Package.Tests.Support;

namespace TypedEvents.Package.Tests;

/// <summary>
/// If the compiler can't run the generator, or the language version can't compile generated code, the build fails with one message that says
/// so, whatever the project contains.
/// </summary>
public sealed class OldCompilerTests
{
    // The compiler version that the SDK reports decides which extensions it loads. The package's check uses the same property.
    private const string OldCompiler = "-p:CompilerApiVersion=roslyn4.7";

    [Theory]
    [InlineData("Console/Console.csproj", "Console")]
    [InlineData("RazorLibrary/RazorLibrary.csproj", "RazorLibrary")]
    [InlineData("OnlyThroughAnother/OnlyThroughAnother.csproj", "OnlyThroughAnother", "-p:BuildProjectReferences=false")]
    public async Task An_old_compiler_leads_to_one_error_that_names_the_required_version(string project, string name, params string[] options)
    {
        Consumers consumers = await Consumers.BuiltAsync();

        CommandResult result = await BuildAsync(consumers, project, options);

        Assert.NotEqual(0, result.ExitCode);
        Diagnosis only = Assert.Single(Diagnosis.Parse(result.Output));
        Assert.Equal((name, "error", "TE9001"), (only.Project, only.Severity, only.Id));
        Assert.Contains("needs the C# compiler 4.8", only.Message, StringComparison.Ordinal);
        Assert.Contains(".NET SDK 8.0.100", only.Message, StringComparison.Ordinal);
        Assert.Contains("uses compiler 4.7", only.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("11")]
    [InlineData("11.0")]
    [InlineData("10")]
    [InlineData("7.3")]
    [InlineData("ISO-2")]
    public async Task An_old_language_version_leads_to_one_error_that_names_the_required_version(string version)
    {
        Consumers consumers = await Consumers.BuiltAsync();

        CommandResult result = await Command.DotNetAsync(
            consumers.Folder,
            ["build", "CSharp12/CSharp12.csproj", "--no-restore", "-tl:off", "-v:m", "-clp:NoSummary", "-nodeReuse:false", $"-p:LangVersion={version}"],
            consumers.Environment);

        Assert.NotEqual(0, result.ExitCode);
        Diagnosis only = Assert.Single(Diagnosis.Parse(result.Output));
        Assert.Equal(("CSharp12", "error", "TE9002"), (only.Project, only.Severity, only.Id));
        Assert.Contains("needs C# 12 or later", only.Message, StringComparison.Ordinal);
        Assert.Contains($"LangVersion {version}.", only.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("12")]
    [InlineData("latest")]
    [InlineData("preview")]
    public async Task A_project_with_a_new_enough_language_version_builds(string version)
    {
        Consumers consumers = await Consumers.BuiltAsync();

        (await Command.DotNetAsync(
            consumers.Folder,
            ["build", "CSharp12/CSharp12.csproj", "--no-restore", "-tl:off", "-v:m", "-clp:NoSummary", "-nodeReuse:false", $"-p:LangVersion={version}", "-p:OutputPath=bin/Language/"],
            consumers.Environment)).AssertSucceeded();
    }

    [Fact]
    public async Task An_FSharp_project_builds_without_the_check()
    {
        Consumers consumers = await Consumers.BuiltAsync();

        (await BuildAsync(consumers, "FSharpApp/FSharpApp.fsproj", "-p:BuildProjectReferences=false")).AssertSucceeded();
    }

    private static Task<CommandResult> BuildAsync(Consumers consumers, string project, params string[] options) => Command.DotNetAsync(
        consumers.Folder,
        ["build", project, "--no-restore", "-tl:off", "-v:m", "-clp:NoSummary", "-nodeReuse:false", OldCompiler, .. options],
        consumers.Environment);
}
