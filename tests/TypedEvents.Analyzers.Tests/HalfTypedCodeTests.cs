using Microsoft.CodeAnalysis;
using TypedEvents.Analyzers.Tests.Infrastructure;

namespace TypedEvents.Analyzers.Tests;

/// <summary>Whatever stands in the editor, neither the generator nor a rule crashes. <see cref="UserProject"/> looks for that.</summary>
public class HalfTypedCodeTests
{
    private const string Usings = "using System.Collections.Generic; using System.ComponentModel.DataAnnotations; using TypedEvents;\n";

    public static TheoryData<string> Sources =>
    [
        "[EngageEvent] public partial record X(int A);",
        "[EngageEvent(] public partial record X(int A);",
        "[EngageEvent(\"x] public partial record X(int A);",
        "[EngageEvent(1)] public partial record X(int A);",
        "[EngageEvent(\"x\", Description = )] public partial record X(int A);",
        "[EngageEvent(name: )] public partial record X(int A);",
        "[EngageEvent(Missing.Name)] public partial record X(int A);",
        "[EngageEvent(new string('x', 3))] public partial record X(int A);",
        "[EngageEvent(X.Name)] public partial record X(int A) { public static string Name => \"x\"; }",
        "[EngageEvent($\"{1}\")] public partial record X(int A);",
        "[EngageEvent(\"\\ud800\")] public partial record X(int A, [EventProperty(\"\\ud800\")] int B);",
        "[EngageEvent(\"x\")]",
        "[EngageEvent(\"x\")] public",
        "[EngageEvent(\"x\")] public partial record",
        "[EngageEvent(\"x\")] public record (int A);",
        "[EngageEvent(\"X\")] record class struct X",
        "[EngageEvent(\"x\")] public partial record X(",
        "[EngageEvent(\"x\")] public partial record X(int)",
        "[EngageEvent(\"x\")] public partial record X(int A,);",
        "[EngageEvent(\"x\")] public record X(A);",
        "[EngageEvent(\"x\")] public partial record X(Missing A, List<> B, List<Missing> C, Missing[] D, Missing* E);",
        "[EngageEvent(\"x\")] public partial record X(int A, int A);",
        "[EngageEvent(\"x\")] public partial record X(object A) { public object A { get; } public object A { get; } }",
        "[EngageEvent(\"x\")] public partial record X(int A) : ;",
        "[EngageEvent(\"x\")] public partial record X(int A) : Missing(A);",
        "[EngageEvent(\"x\")] public partial record X(int A) : X(A);",
        "[EngageEvent(\"x\")] public partial record X(int A) : Y(A); [EngageEvent(\"y\")] public partial record Y(int A) : X(A);",
        "[EngageEvent(\"x\")] public partial record X(int A) : string;",
        "[EngageEvent(\"x\")] public partial record X { public object { get; } }",
        "[EngageEvent(\"x\")] public partial record X { public object A { get",
        "[EngageEvent(\"x\")] public partial record X { public A { get; } [EventIgnore] }",
        "[EngageEvent(\"x\")] public partial record X { [EventProperty(] public int A { get; } [EventIgnore( public int B { get; } }",
        "[EngageEvent(\"x\")] public partial record X { [EventProperty(1, Boolean = )] public int A { get; } [EventProperty(Date = Missing)] public int B { get; } }",
        "[EngageEvent(\"x\"), EngageEvent(\"y\")] public partial record X(int A);",
        "[EngageEvent(\"x\")] public partial record X(int A); [EngageEvent(\"X\")] public partial record X { public int B => 1; }",
        "[EngageEvent(\"x\")] public partial record X(int A); [EngageEvent(\"x\")] public partial record X(int B);",
        "[EngageEvent(\"x\")] public partial record X(int A); [EngageEvent(\"x\")] public class X { }",
        "[EngageEvent(\"x\")] public enum X { } [EngageEvent(\"x\")] public delegate void Y(); [EngageEvent(\"x\")] public interface Z { }",
        "[EngageEvent(\"x\")] public static partial class X { } [EngageEvent(\"x\")] public ref partial struct Y { }",
        "public partial class { [EngageEvent(\"x\")] public record X(int A); }",
        "public class Outer { [EngageEvent(\"x\")] public partial record X(int A);",
        "namespace { [EngageEvent(\"x\")] public record X(int A); }",
        "namespace A.; [EngageEvent(\"x\")] public record X(int A);",
        "<<<<<<< HEAD\n[EngageEvent(\"x\")] public partial record X(int A);\n=======\n[EngageEvent(\"x\")] public record X(object A);\n>>>>>>> theirs",
        "[EngageEvent(\"x\")]\n<<<<<<< HEAD\npublic partial record X(\n=======\npublic record X(int A,\n>>>>>>> theirs\nint B);",
        "using E = TypedEvents.EngageEventAttribute; using I = TypedEvents.EventIgnoreAttribute; [E(\"X\")] public record X([I] object A, [I, EventProperty] int B);",
        "global using E = TypedEvents.EngageEventAttribute; [E(\"X\")] public record X(object A);",
        "using E = TypedEvents.Missing; [E(\"X\")] public record X(object A);",
        "[TypedEvents.] public record X(int A); [global::TypedEvents.EngageEvent(\"X\")] public class Y",
        "[method: EventIgnore] public record X([EventIgnore] int A, [field: EventIgnore] int B, [return: EventIgnore] int C);",
        "public class C { void M([EventIgnore] int a, [EventProperty(Date = )] b) { } delegate void D([EventIgnore] int a); int this[[EventIgnore] int a] => a; }",
        "public class C { IEventTracker t; void M() { t.Track( } }",
        "public class C { IEventTracker t; void M() { t.Track(, new ; t.Track<>(default, 1); t.Track<int, int>(default, 1); t.Track(value:, user: 1); } }",
        "public class C { IEventTracker t; void M() { t.TrackAsync(new Euid(, x => x); t.Track(default, M); t.Track(default, default); t.Track(default, () => 1); } }",
        "public class C { object M() => new Euid(); object N() => new Euid(\"1\"); object O() => new Euid(1, 2); Euid P() => new(; }",
        "[assembly: EngageEventDefaults(Naming = )] [EngageEvent(\"x\")] public partial record X(int A, object B);",
        "[assembly: EngageEventDefaults(Naming = (PropertyNaming)99)] [EngageEvent(\"x\")] public partial record X(int Ä, object B);",
        "[EngageEvent(\"x\")] public partial record X([Flatten] Missing A, [Flatten(] Y B, [Flatten(1)] Y C, [Flatten] D); public record Y(",
        "[EngageEvent(\"x\")] public partial record X([Flatten] Y A, Y B); public record Y : Y { public int { get; } public Y C { get; } }",
        "[EngageEvent(\"x\")] public partial record X([Flatten] Y<> A, Y<X> B, [Flatten, Flatten(\"a\")] Y<int> C); public record Y<T>(T B);",
        "[EngageEvent(\"x\")] public partial record X([Flatten] X A, X B, [Flatten, EventIgnore, EventProperty(] X C);",
        "public class C { [Flatten] int A; [Flatten] public int B { get } void M([Flatten] int a, [Flatten] b) { } }",
        "[EngageEvent(\"x\")] public partial record X([Range] int A, [Range(] int B, [Range(Missing, 1)] int C, [Range(typeof(Missing), null, null)] int D); class Y { X M() => new X(1, , 0, 7); }",
        "[EngageEvent(\"x\")] public partial record X([StringLength(\"1\", MinimumLength = )] string A, [AllowedValues(null)] string B, [RegularExpression(\"[\")] string C); class Y { X M(X x) => x with { A = \"\", B = , C = \"a\" }; X N() => new(\"a\", C: ) { B = ",
        "[EngageEvent(\"x\")] public partial record X([Range(1, 2)] int A = , [Range(1, 2)] int B = 9) { [Range(1, 2)] public int D { get; init; } = 7; } class Y { IEventTracker t; void M() { t.TrackX(, 5, a: 9, b: ); t.TrackX(a: \"x\"); TrackX(3); X.TrackX(9); } }",
        "[EngageEvent(\"x\")] public partial record X([Range(5, 1), StringLength(] string A = , [property: MaxLength(0][RegularExpression(\"(] int B = \"b\", [AllowedValues(Missing, , 1)] C = 3, [Flatten, Range(typeof(List<>), , )] Y D = default(Missing)); public record Y([Range(1, 2)] int A = 9, [AllowedValues()] int = );",
        "[EngageEvent(\"x\")] public partial record X([Range(5, 1)] int A, [Range(5, 1)] int A) { [StringLength(-1)] public string A { get; } [StringLength(-1)] public { get; } [MaxLength(0)] [property: Range(5, 1)] }",
        "public static class TrackerExtensions { public static void Track(this IEventTracker t, int a) { } } public static class _TrackerExtensions { public static void Track_(this IEventTracker t, int a) { } } public class __ { void M(IEventTracker t) { t.Track(1); t.Track_(1); } }",
        "[EngageEvent(\"el_\")] public partial record X([EventProperty(\"engagelab_\")] int A, [EventProperty(\"el_metaverse_\")] int B, [EventProperty(\"el_\" + )] int C);",
        "namespace TypedEvents { public class EngageEventAttribute : System.Attribute { } [EngageEvent] public record X(int A); }",
        "namespace TypedEvents { public interface IEngageEvent<T> { } public struct Euid { public Euid(int a) { } } public class C { object M() => new Euid(0); } }",
    ];

    [Theory]
    [MemberData(nameof(Sources))]
    public Task Nothing_crashes(string source) => UserProject.CheckAsync(
        Usings + source,
        "[TypedEvents.EngageEvent(\"valid\")] public partial record Valid(int Count);");

    [Fact]
    public async Task No_code_fix_crashes()
    {
        int corrected = 0;
        foreach (string source in Sources.Select(row => row.Data))
        {
            using var project = new EditedProject([Usings + source]);
            foreach (Diagnostic diagnostic in await project.AnalyzeAsync())
            {
                corrected += await project.FixAsync(diagnostic);
            }
        }

        Assert.InRange(corrected, 50, int.MaxValue);
    }

    [Fact]
    public async Task Code_cut_off_at_any_character_is_no_problem()
    {
        const string Source = """
            using TypedEvents;
            [assembly: EngageEventDefaults(Boolean = BooleanFormat.Literal)]
            namespace Shop;
            public class Outer
            {
                [EngageEvent("X y", Description = "d")]
                public record X([EventProperty("P", Date = DateFormat.Iso8601)] int A, [EventIgnore] object B) : Base(1)
                {
                    public required System.Collections.Generic.List<int> Ids { get; init; }
                }

                object M(IEventTracker tracker) => tracker.Track(new Euid(-1), new Base(1));
            }
            public record Base([EventIgnore] object B);
            """;
        for (int length = 0; length < Source.Length; length += 7)
        {
            await UserProject.CheckAsync(Source[..length]);
        }
    }
}
