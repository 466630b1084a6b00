using TypedEvents.Analyzers.Tests.Infrastructure;
using TypedEvents.CodeFixes;
using TypedEvents.Generators.Analyzers;

namespace TypedEvents.Analyzers.Tests;

/// <summary>Where attributes stand, and what is tracked for whom.</summary>
public class UsageTests
{
    [Theory]
    [InlineData("public class C { [{|TE0017:EventIgnore|}] public int A { get; } }")]
    [InlineData("""public struct C { [{|TE0017:EventProperty("a")|}] public int A { get; } }""")]
    [InlineData("public interface I { [{|TE0017:EventIgnore|}] int A { get; } }")]
    [InlineData("public record R { [{|TE0017:EventIgnore|}] private int A { get; } }")]
    [InlineData("public record R { [{|TE0017:EventIgnore|}] internal int A { get; } }")]
    [InlineData("public record R { [{|TE0017:EventIgnore|}] public static int A { get; } }")]
    [InlineData("public record R { [{|TE0017:EventIgnore|}] public int A { set { } } }")]
    [InlineData("public record R { [{|TE0017:EventIgnore|}] public int A { private get; set; } }")]
    [InlineData("public record R { [{|TE0017:EventIgnore|}] public int this[int a] => a; }")]
    [InlineData("public record R { public R([{|TE0017:EventIgnore|}] int a) { } }")]
    [InlineData("public record R { public void M([{|TE0017:EventIgnore|}] int a) { } }")]
    [InlineData("public class C([{|TE0017:EventIgnore|}] int a) { public int A => a; }")]
    [InlineData("public record R([{|TE0017:EventIgnore|}] int A) { private int A { get; } = A; }")]
    [InlineData("public record R([{|TE0017:EventIgnore|}] int A) { public int A = A; }")]
    [InlineData("""public record R([{|TE0017:EventIgnore|}] int A) { [EventProperty("b")] public int A { get; } = A; }""")]
    [InlineData("""[EngageEvent("x")] public partial record X([EventIgnore, {|TE0017:EventProperty("b")|}] int A, int C);""")]
    [InlineData("""[EngageEvent("x")] public partial record X([EventIgnore] int A, [property: EventProperty("b")] int B) { [EventIgnore] public int C => 1; }""")]
    [InlineData("public record Geo(int A); public class C { [{|TE0017:Flatten|}] public Geo? A { get; } }")]
    [InlineData("public record Geo(int A); public record R([{|TE0017:Flatten|}] Geo A) { private Geo A { get; } = A; }")]
    [InlineData("""public record Geo(int A); [EngageEvent("x")] public partial record X([EventIgnore, {|TE0017:Flatten|}] Geo A, [Flatten, EventProperty("b")] Geo B);""")]
    [InlineData("public record R([EventIgnore] int A) { public int A { get; } = A; }")]
    [InlineData("public abstract record Base { [EventIgnore] public virtual int A => 1; } public abstract record Middle : Base { [EventProperty] public override int A => 2; }")]
    [InlineData("public record Base(int A); public record R([EventIgnore] int A) : Base(A);")]
    [InlineData("""[EngageEvent("x")] public partial class X { [EventIgnore] public int A => 1; }""")]
    [InlineData("""public class C { [{|TE0017:EventValue("a")|}] public int A; }""")]
    [InlineData("""public record R { [{|TE0017:EventValue("a")|}] public const int A = 1; }""")]
    [InlineData("""public enum E { [EventValue("a")] A, B, [{|TE0017:EventValue("c")|}] C = B }""")]
    [InlineData("""[Flags] public enum E { [{|TE0017:EventValue("none")|}] None, [EventValue("a")] A = 1, B = 2, [{|TE0017:EventValue("both")|}] Both = A | B }""")]
    [InlineData("""internal enum E { [{|TE0017:EventValue("a")|}] A } [EngageEvent("x")] public partial record X(int B);""")]
    [InlineData("""public class C { private enum E { [{|TE0017:EventValue("a")|}] A } }""")]
    [InlineData("""internal enum E { [EventValue("a")] A } [EngageEvent("x")] internal partial record X(E? B);""")]
    [InlineData("""internal enum E { [EventValue("a")] A } [EngageEvent("x")] internal partial record X(List<E> B);""")]
    [InlineData("""internal enum E { [EventValue("a")] A } internal record Y(E B); [EngageEvent("x")] internal partial record X([Flatten] Y C);""")]
    public Task An_annotation_stands_where_it_has_an_effect(string source) => Verify.Rule<AnnotationWithoutEffectAnalyzer>(source);

    [Fact]
    public Task An_annotation_without_effect_is_removed() => Verify.Fix<AnnotationWithoutEffectAnalyzer, RemoveAnnotationFix>(
        """
        public class C
        {
            /// <summary>Documented.</summary>
            [{|TE0017:EventIgnore|}]
            public int A { get; }

            [Obsolete, {|TE0017:EventProperty("b")|}]
            public int B { get; }

            public void M([{|TE0017:EventIgnore|}] int a, int b) { }
        }
        """,
        """
        public class C
        {
            /// <summary>Documented.</summary>
            public int A { get; }

            [Obsolete]
            public int B { get; }

            public void M(int a, int b) { }
        }
        """);

    [Theory]
    [InlineData("""[EngageEvent("x")] public partial record X([EventProperty({|TE0018:Boolean = BooleanFormat.Literal|})] string A);""")]
    [InlineData("""[EngageEvent("x")] public partial record X([EventProperty({|TE0018:Date = DateFormat.Iso8601|})] DateOnly A);""")]
    [InlineData("""[EngageEvent("x")] public partial record X { [EventProperty("a", {|TE0018:Date = DateFormat.Iso8601|})] public bool A { get; } }""")]
    [InlineData("""[EngageEvent("x")] public partial record X([EventProperty({|TE0018:Date = DateFormat.Iso8601|}, {|TE0018:Boolean = BooleanFormat.String|})] List<string> A);""")]
    [InlineData("""[EngageEvent("x")] public partial record X([EventProperty(Boolean = BooleanFormat.Literal)] bool A, [EventProperty(Boolean = BooleanFormat.String)] bool? B);""")]
    [InlineData("""[EngageEvent("x")] public partial record X([EventProperty(Date = DateFormat.Iso8601)] DateTime? A, [EventProperty(Date = DateFormat.Iso8601)] DateTimeOffset B);""")]
    [InlineData("""[EngageEvent("x")] public partial record X([EventProperty(Date = DateFormat.Iso8601)] {|CS0246:Missing|} A);""")]
    public Task A_format_stands_on_a_type_that_it_concerns(string source) => Verify.Rule<FormatWithoutEffectAnalyzer>(source);

    [Fact]
    public Task A_format_without_effect_is_removed() => Verify.Fix<FormatWithoutEffectAnalyzer, RemoveAnnotationFix>(
        """
        [EngageEvent("x")]
        public partial record X([EventProperty({|TE0018:Boolean = BooleanFormat.Literal|})] string A, [EventProperty("b", {|TE0018:Date = DateFormat.Iso8601|})] int B)
        {
            [EventProperty({|TE0018:Boolean = BooleanFormat.Literal|}, Description = "d")]
            public int C { get; }
        }
        """,
        """
        [EngageEvent("x")]
        public partial record X(string A, [EventProperty("b")] int B)
        {
            [EventProperty(Description = "d")]
            public int C { get; }
        }
        """);

    [Theory]
    [InlineData("{|TE0020:new Euid(0)|}")]
    [InlineData("{|TE0020:new Euid(-1)|}")]
    [InlineData("{|TE0020:new Euid(long.MinValue)|}")]
    [InlineData("{|TE0020:new Euid(value: 1 - 1)|}")]
    [InlineData("{|TE0020:new(Nobody)|}")]
    [InlineData("new Euid(1)")]
    [InlineData("new Euid(long.MaxValue)")]
    [InlineData("new Euid(Environment.TickCount64)")]
    [InlineData("default")]
    [InlineData("new Euid()")]
    public Task An_EUID_is_made_of_a_positive_number(string creation) => Verify.Rule<EuidConstantAnalyzer>(
        "public class C { const int Nobody = -7; Euid M() => " + creation + "; }");
}
