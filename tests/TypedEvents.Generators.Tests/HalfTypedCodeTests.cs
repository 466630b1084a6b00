using Microsoft.CodeAnalysis.CSharp;
using TypedEvents.Generators.Tests.Infrastructure;

namespace TypedEvents.Generators.Tests;

/// <summary>A crash is one warning, and all output is gone: so there is none, whatever stands in the editor.</summary>
public class HalfTypedCodeTests
{
    private const string Valid = """[TypedEvents.EngageEvent("valid")] public partial record Valid(int Count);""";

    [Theory]
    [InlineData("[EngageEvent] public partial record X(int A);")]
    [InlineData("[EngageEvent(] public partial record X(int A);")]
    [InlineData("[EngageEvent(\"x] public partial record X(int A);")]
    [InlineData("[EngageEvent(1)] public partial record X(int A);")]
    [InlineData("[EngageEvent(\"x\", 2)] public partial record X(int A);")]
    [InlineData("[EngageEvent(\"x\", Description = )] public partial record X(int A);")]
    [InlineData("[EngageEvent(\"x\", Description = 1)] public partial record X(int A);")]
    [InlineData("[EngageEvent(name: )] public partial record X(int A);")]
    [InlineData("[EngageEvent(Missing.Name)] public partial record X(int A);")]
    [InlineData("[EngageEvent(\"x\")] public partial record")]
    [InlineData("[EngageEvent(\"x\")] public partial record (int A);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X(")]
    [InlineData("[EngageEvent(\"x\")] public partial record X(int)")]
    [InlineData("[EngageEvent(\"x\")] public partial record X(int A,);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X(A);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X(Missing A);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X(System.Collections.Generic.List<> A);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X(System.Collections.Generic.List<Missing> A);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X(int A, int A);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X(int A = );")]
    [InlineData("[EngageEvent(\"x\")] public partial record X(int A = \"no\");")]
    [InlineData("[EngageEvent(\"x\")] public partial record X(System.Guid A = Missing.Value);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X(int A) : ;")]
    [InlineData("[EngageEvent(\"x\")] public partial record X(int A) : Missing(A);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X(int A) : X(A);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X(int A) : string;")]
    [InlineData("[EngageEvent(\"x\")] public partial record X { public int { get; } }")]
    [InlineData("[EngageEvent(\"x\")] public partial record X { public int A { get")]
    [InlineData("[EngageEvent(\"x\")] public partial record X { public A { get; } public }")]
    [InlineData("[EngageEvent(\"x\")] public partial record X { public int A { get; } public int A { get; } }")]
    [InlineData("[EngageEvent(\"x\")] public partial record X { public required Missing A { get; init; } }")]
    [InlineData("[EngageEvent(\"x\")] public partial record X { [EventProperty(] public int A { get; } }")]
    [InlineData("[EngageEvent(\"x\")] public partial record X { [EventProperty(1, Boolean = )] public int A { get; } }")]
    [InlineData("[EngageEvent(\"x\")] public partial record X { [EventProperty(Boolean = Missing)] public bool A { get; } }")]
    [InlineData("[EngageEvent(\"x\")] public partial record X { [EventProperty(null)] public bool A { get; } }")]
    [InlineData("[EngageEvent(\"x\"), System.Obsolete(] public partial record X(int A);")]
    [InlineData("[EngageEvent(\"x\"), System.Obsolete(Missing, true)] public partial record X(int A);")]
    [InlineData("[EngageEvent(\"x\"), EngageEvent(\"y\")] public partial record X(int A);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X(int A); [EngageEvent(\"x\")] public partial record X(int B);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X(int A); [EngageEvent(\"x\")] public partial record struct X(int B);")]
    [InlineData("[EngageEvent(\"x\")] public record X(int A); [EngageEvent(\"x\")] public record X(int B);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X(int A); [EngageEvent(\"x\")] public partial record x(int B);")]
    [InlineData("public partial class { [EngageEvent(\"x\")] public partial record X(int A); }")]
    [InlineData("public partial class Outer { [EngageEvent(\"x\")] public partial record X(int A);")]
    [InlineData("public enum E { A = , B } [EngageEvent(\"x\")] public partial record X(E A);")]
    [InlineData("public enum E { A = Missing.Value, B = B, C = \"c\" } [EngageEvent(\"x\")] public partial record X(E A);")]
    [InlineData("public enum E : Missing { A } [EngageEvent(\"x\")] public partial record X(E A);")]
    [InlineData("public enum E : string { A } [EngageEvent(\"x\")] public partial record X(E A);")]
    [InlineData("public enum E { [System.Text.Json.Serialization.JsonStringEnumMemberName(] A } [EngageEvent(\"x\")] public partial record X(E A);")]
    [InlineData("[assembly: EngageEventDefaults(Naming = )] [EngageEvent(\"x\")] public partial record X(int A);")]
    [InlineData("[assembly: EngageEventDefaults(Naming = (PropertyNaming)99, Date = (DateFormat)(-1))] [EngageEvent(\"x\")] public partial record X(int A);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X(ref int A, out int B);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X(System.Span<string> A);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([EventIgnore] delegate*<int, void> A);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([Flatten] Missing A);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([Flatten(] Y A); public record Y(int B);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([Flatten(1)] Y A); public record Y(int B);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([Flatten] Y A); public record Y(")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([Flatten] Y A); public record Y { public int { get; } }")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([Flatten] Y A); public record Y : Y { public int B => 1; }")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([Flatten] Y<> A); public record Y<T>(T B);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([Flatten] A);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([System.ComponentModel.DataAnnotations.Range] int A);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([System.ComponentModel.DataAnnotations.Range(] int A);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([System.ComponentModel.DataAnnotations.Range(Missing, 1)] int A);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([System.ComponentModel.DataAnnotations.Range(typeof(Missing), null, null)] int A);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([System.ComponentModel.DataAnnotations.Range(1, 2, MinimumIsExclusive = )] int A);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([System.ComponentModel.DataAnnotations.AllowedValues(null)] string A);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([System.ComponentModel.DataAnnotations.AllowedValues(Missing, \"a\", typeof(int), new[] { 1 })] string A);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([System.ComponentModel.DataAnnotations.RegularExpression(\"[\")] string A);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([System.ComponentModel.DataAnnotations.RegularExpression(null)] string A);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([System.ComponentModel.DataAnnotations.StringLength(\"1\", MinimumLength = \"x\")] string A);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([System.ComponentModel.DataAnnotations.MaxLength(1.5)] string[] A);")]
    [InlineData("namespace { [EngageEvent(\"x\")] public partial record X(int A); }")]
    [InlineData("namespace A.; [EngageEvent(\"x\")] public partial record X(int A);")]
    public void The_other_events_are_still_emitted(string source)
    {
        Generated generated = new Project(Valid, "using TypedEvents;\n" + source).Generate();

        Assert.Contains(generated.Files, file => file.SourceText.ToString().Contains("partial record Valid", StringComparison.Ordinal));
        Assert.All(generated.All, file => Assert.Empty(CSharpSyntaxTree.ParseText(file.SourceText, cancellationToken: TestContext.Current.CancellationToken).GetDiagnostics(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public void Code_cut_off_at_any_character_is_no_problem()
    {
        const string Source = """
            [assembly: EngageEventDefaults(Boolean = BooleanFormat.Literal)]
            namespace Shop;
            public enum Plan { Free, [System.Obsolete("x")] Pro = 2 }
            public partial class Outer
            {
                [EngageEvent("x", Description = "d")]
                public partial record X([EventProperty("p", Date = DateFormat.Iso8601)] System.DateTime A, Plan? P = Plan.Pro) : Base(1)
                {
                    public required System.Collections.Generic.List<System.Guid?> Ids { get; init; }
                }
            }
            public record Base([EventIgnore] object B);
            """;

        for (int length = 0; length < Source.Length; length += 3)
        {
            Generated generated = new Project(Valid, "using TypedEvents;\n" + Source[..length]).Generate();
            Assert.NotEmpty(generated.Files);
        }
    }

    [Fact]
    public void The_attribute_on_two_parts_emits_one_file()
    {
        Generated generated = new Project(
            "[TypedEvents.EngageEvent(\"x\")] public partial record X(int A);",
            "[TypedEvents.EngageEvent(\"x\")] public partial record X { public int B => 1; }").Generate();

        Assert.Single(generated.Files);
        generated.AssertGeneratedCodeSilent();
    }
}
