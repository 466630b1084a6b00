using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TypedEvents.Generators.Tests.Infrastructure;

namespace TypedEvents.Generators.Tests;

public class SilentCompileTests
{
    public static TheoryData<string, string, NullableContextOptions> Matrix()
    {
        var matrix = new TheoryData<string, string, NullableContextOptions>();
        foreach (string framework in new[] { "net8.0", "net10.0" })
        {
            foreach (string version in new[] { "12", "13", "14", "preview" })
            {
                matrix.Add(framework, version, NullableContextOptions.Enable);
                matrix.Add(framework, version, NullableContextOptions.Disable);
            }
        }

        return matrix;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Every_shape_compiles_with_all_warnings_as_errors(string framework, string version, NullableContextOptions nullable)
    {
        Assert.True(LanguageVersionFacts.TryParse(version, out LanguageVersion languageVersion));
        Generated generated = new Project(Shapes.Everything, Shapes.HostileDeclarations)
        {
            Framework = framework == "net8.0" ? TargetFramework.Net80 : TargetFramework.Net100,
            LanguageVersion = languageVersion,
            Nullable = nullable,
        }.Generate();

        generated.AssertSilent();
        Assert.Equal(Shapes.Everything.Split("[EngageEvent(").Length - 1, generated.EventFiles.Count);
    }
}
