using TypedEvents.Package.Tests.Support;

namespace TypedEvents.Package.Tests;

/// <summary>A compiler that can't run the generator, or a language that can't be generated for, gets one message that says so, whatever the project does.</summary>
public sealed class OldCompilerTests
{
    // What the SDK says of its compiler decides which extensions it loads, and the package's check reads the same.
    private const string OldCompiler = "-p:CompilerApiVersion=roslyn4.7";

    [Theory]
    [InlineData("Console/Console.csproj", "Console")]
    [InlineData("RazorLibrary/RazorLibrary.csproj", "RazorLibrary")]
    [InlineData("OnlyThroughAnother/OnlyThroughAnother.csproj", "OnlyThroughAnother", "-p:BuildProjectReferences=false")]
    public async Task An_old_compiler_gets_one_error_that_names_what_is_needed(string project, string name, params string[] options)
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
    public async Task An_old_language_gets_one_error_that_names_what_is_needed(string version)
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
    public async Task A_language_that_is_new_enough_builds(string version)
    {
        Consumers consumers = await Consumers.BuiltAsync();

        (await Command.DotNetAsync(
            consumers.Folder,
            ["build", "CSharp12/CSharp12.csproj", "--no-restore", "-tl:off", "-v:m", "-clp:NoSummary", "-nodeReuse:false", $"-p:LangVersion={version}", "-p:OutputPath=bin/Language/"],
            consumers.Environment)).AssertSucceeded();
    }

    [Fact]
    public async Task FSharp_has_no_such_compiler_and_gets_none()
    {
        Consumers consumers = await Consumers.BuiltAsync();

        (await BuildAsync(consumers, "FSharpApp/FSharpApp.fsproj", "-p:BuildProjectReferences=false")).AssertSucceeded();
    }

    private static Task<CommandResult> BuildAsync(Consumers consumers, string project, params string[] options) => Command.DotNetAsync(
        consumers.Folder,
        ["build", project, "--no-restore", "-tl:off", "-v:m", "-clp:NoSummary", "-nodeReuse:false", OldCompiler, .. options],
        consumers.Environment);
}
