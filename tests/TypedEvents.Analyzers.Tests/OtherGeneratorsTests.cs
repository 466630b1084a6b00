using System.Globalization;
using Microsoft.CodeAnalysis;
using TypedEvents.Analyzers.Tests.Infrastructure;

namespace TypedEvents.Analyzers.Tests;

/// <summary>The rules see the output of other generators and the generator doesn't: nothing that it misses may be lost silently.</summary>
public class OtherGeneratorsTests
{
    [Theory]
    [InlineData("public class Other;", "[TypedEvents.EngageEvent(\"x\")] public partial record X(int A);", "it is declared in 'made0.cs', which another generator made")]
    [InlineData("[TypedEvents.EngageEvent(\"x\")] public partial record X(Kind A);", "public enum Kind { A }", "it uses 'Kind', which another generator made")]
    [InlineData("[TypedEvents.EngageEvent(\"x\")] public partial record X(System.Collections.Generic.List<Kind?> A);", "public enum Kind { A }", "it uses 'Kind'")]
    [InlineData("[TypedEvents.EngageEvent(\"x\")] public partial record X([TypedEvents.Flatten] Part A);", "public record Part(int B);", "it uses 'Part'")]
    [InlineData("public record Whole(Kind C); [TypedEvents.EngageEvent(\"x\")] public partial record X([TypedEvents.Flatten] Whole A);", "public enum Kind { A }", "it uses 'Kind'")]
    [InlineData("public record Base(Kind C); [TypedEvents.EngageEvent(\"x\")] public partial record X(Kind C) : Base(C);", "public enum Kind { A }", "it uses 'Kind'")]
    public async Task An_event_that_is_not_implemented_says_why(string source, string made, string cause)
    {
        Checked project = await UserProject.CheckAsync([source], [], [made]);

        Assert.Empty(project.CompilerErrors);
        Assert.Empty(project.Generated);
        Diagnostic diagnostic = Assert.Single(project.Diagnostics);
        Assert.Equal("TE0026", diagnostic.Id);
        Assert.Contains(cause, diagnostic.GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_that_the_compiler_rejects_has_no_other_explanation() =>
        Assert.Empty((await UserProject.CheckAsync("[TypedEvents.EngageEvent(\"x\")] public partial record X(Missing A);")).Ids);

    [Fact]
    public async Task The_library_under_an_alias_is_the_cause()
    {
        MetadataReference aliased = MetadataReference.CreateFromFile(typeof(IEngageEvent).Assembly.Location, new MetadataReferenceProperties(aliases: ["te"]));

        Checked project = await UserProject.CheckAsync(
            ["extern alias te; [te::TypedEvents.EngageEvent(\"x\")] public partial record X(int A);"],
            [aliased],
            referencesLibrary: false);

        Assert.Empty(project.CompilerErrors);
        Assert.Equal(["TE0026"], project.Ids);
        Assert.Contains("extern alias", project.Diagnostics[0].GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[TypedEvents.EngageEvent(\"x\")] public partial record X(int A);", "public partial record X { public string B => \"\"; [TypedEvents.EventIgnore] public string C => \"\"; internal string D => \"\"; }", "'B' of 'X' is not sent")]
    [InlineData("public partial record Part(int A); [TypedEvents.EngageEvent(\"x\")] public partial record X([TypedEvents.Flatten] Part P);", "public partial record Part { public string B => \"\"; }", "'Part.B' of 'X' is not sent")]
    [InlineData("public partial record Base; [TypedEvents.EngageEvent(\"x\")] public partial record X : Base;", "public partial record Base { public string B => \"\"; }", "'Base.B' of 'X' is not sent")]
    public async Task A_property_that_another_generator_made_is_not_sent_and_says_so(string source, string made, string message)
    {
        Checked project = await UserProject.CheckAsync([source], [], [made]);

        Diagnostic diagnostic = Assert.Single(project.Diagnostics);
        Assert.Equal("TE0027", diagnostic.Id);
        Assert.StartsWith(message, diagnostic.GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        Assert.EndsWith("File0.cs", diagnostic.Location.SourceTree!.FilePath, StringComparison.Ordinal);
    }
}
