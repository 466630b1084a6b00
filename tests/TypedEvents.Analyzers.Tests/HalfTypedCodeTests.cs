using TypedEvents.Analyzers.Tests.Infrastructure;

namespace TypedEvents.Analyzers.Tests;

/// <summary>Whatever stands in the editor, neither the generator nor a rule crashes. <see cref="UserProject"/> looks for that.</summary>
public class HalfTypedCodeTests
{
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
        "namespace TypedEvents { public class EngageEventAttribute : System.Attribute { } [EngageEvent] public record X(int A); }",
        "namespace TypedEvents { public interface IEngageEvent<T> { } public struct Euid { public Euid(int a) { } } public class C { object M() => new Euid(0); } }",
    ];

    [Theory]
    [MemberData(nameof(Sources))]
    public Task Nothing_crashes(string source) => UserProject.CheckAsync(
        "using System.Collections.Generic; using TypedEvents;\n" + source,
        "[TypedEvents.EngageEvent(\"valid\")] public partial record Valid(int Count);");

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
