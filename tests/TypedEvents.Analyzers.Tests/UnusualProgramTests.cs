using Microsoft.CodeAnalysis;
using TypedEvents.Analyzers.Tests.Infrastructure;

namespace TypedEvents.Analyzers.Tests;

/// <summary>Valid and unusual programs: generated code compiles, and nothing is reported.</summary>
public class UnusualProgramTests
{
    public static TheoryData<string> Programs =>
    [
        "public record B<T>(T Value, T[] Many); [TypedEvents.EngageEvent(\"x\")] public partial record X(int A) : B<string>(\"\", new string[0]);",
        "namespace Shop.System { public class String { } public class Guid { } [TypedEvents.EngageEvent(\"x\")] public partial record X(string A, global::System.Guid B, global::System.DateTimeOffset? C, global::System.Collections.Generic.List<string> D); public static class C2 { public static void M(TypedEvents.IEventTracker t) => t.TrackX(default, \"\", default, default, []); } }",
        "namespace Shop.TypedEvents { public class EventWriter { } public class Generated { } [global::TypedEvents.EngageEvent(\"x\")] public partial record X(string A, K B); public enum K { One } }",
        "namespace Shop { public class TypedEvents { } [global::TypedEvents.EngageEvent(\"x\")] public partial record X(string A, K B); public enum K { One } }",
        "namespace Shop { public class Task { } public class ValueTask<T> { } public class EventTracker { } public struct CancellationToken { } public class EventContext { } public class TrackResult { } [global::TypedEvents.EngageEvent(\"x\")] public partial record X(string A); }",
        "namespace TypedEvents { [EngageEvent(\"x\")] public partial record X(string A, K B); public enum K { One } }",
        "namespace TypedEvents.Generated { [EngageEvent(\"x\")] public partial record X(string A, K B); public enum K { One } }",
        "[TypedEvents.EngageEvent(\"x\")] public partial record X(string System, int TypedEvents, bool Global, string String, string Track, string TrackX, string Schema2, string WriteProperties, string Schema);",
        "public partial record X : System.IDisposable { public void Dispose() { } public string Late { get; init; } = \"\"; } [TypedEvents.EngageEvent(\"x\")] public sealed partial record X(int A);",
        "[TypedEvents.EngageEvent(\"x\")] public partial record X(int A, string B) { public string B { get; init; } = B.Trim(); public int Twice => A * 2; }",
        "[TypedEvents.EngageEvent(\"x\")] public partial record struct X(int A) { public required string B { get; set; } public string? C { get; set; } = null; }",
        "[TypedEvents.EngageEvent(\"x\")] public readonly partial record struct X { public X() { } public required string B { get; init; } = \"\"; }",
        "[TypedEvents.EngageEvent(\"x\")] public partial record X { public X(int a) { A = a; } public X(string b) { A = b.Length; } public int A { get; } }",
        "[TypedEvents.EngageEvent(\"x\")] public partial record X(int A) { public X(string b) : this(b.Length) { } }",
        "[TypedEvents.EngageEvent(\"x\")] public partial record X(int A, params string[] Tags);",
        "[TypedEvents.EngageEvent(\"x\")] public partial record X(nint A, nuint? B, System.IntPtr C);",
        "[TypedEvents.EngageEvent(\"x\")] public partial record X(int A) { [TypedEvents.EventIgnore] public (int a, string? b) T { get; init; } [TypedEvents.EventIgnore] public required System.Func<int> F { get; init; } }",
        "[TypedEvents.EngageEvent(N)] public partial record X(int A = X.D) { public const string N = \"x\"; public const int D = 3; public static readonly X None = new(0); public static string Other => \"\"; }",
        "[TypedEvents.EngageEvent(\"x\")] public partial record X(int A) { private string? _b; public string B { set => _b = value; } public string? C => _b; }",
        "public interface IHas { string Name { get; } string Extra => \"\"; } [TypedEvents.EngageEvent(\"x\")] public partial record X(int A) : IHas { string IHas.Name => \"\"; }",
        "[TypedEvents.EngageEvent(\"x\")] public partial record X { public string A { get; private set; } = \"\"; public string B { get; protected init; } = \"\"; }",
        "public record P<T>(T V) where T : struct; [TypedEvents.EngageEvent(\"x\")] public partial record X([TypedEvents.Flatten] P<int>? A, [TypedEvents.Flatten(\"b_\")] P<System.Guid> B);",
        "#nullable disable\n[TypedEvents.EngageEvent(\"x\")] public partial record X(string A, System.Collections.Generic.List<string> B);\npublic static class C2 { public static void M(TypedEvents.IEventTracker t) => t.TrackX(default, null, null); }",
        "public enum K { [System.Obsolete] A, B } [TypedEvents.EngageEvent(\"x\")] public partial record X(K K = K.B);",
        "public partial class O { private enum K { A } [TypedEvents.EngageEvent(\"x\")] private partial record X(K K); }",
        "public partial interface IO { [TypedEvents.EngageEvent(\"x\")] public partial record X(int A); }",
        "public enum K { value, name, writer, Write, Member } [TypedEvents.EngageEvent(\"x\")] public partial record X(K K, System.Collections.Generic.IReadOnlyList<K> L);",
        "[TypedEvents.EngageEvent(\"x\")] public partial record X(int A) { public string this[int i] => \"\"; public event System.Action? E; public override string ToString() => E + \"\"; }",
        "[TypedEvents.EngageEvent(\"x\")] public abstract partial record X(int A);",
        "[TypedEvents.EngageEvent(\"x\")] public partial record X(int A); public static class XTrackerExtensions { public static void TrackX(this TypedEvents.IEventTracker t) { } }",
        "[TypedEvents.EngageEvent(\"x\")] public partial record X(int Context, string CancellationToken, string User, string Tracker, int ContextValue);",
    ];

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task An_unusual_program_compiles_silently(string source)
    {
        Checked project = await UserProject.CheckAsync("#pragma warning disable CS1591\n" + source);

        Assert.Empty(project.Compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning));
        Assert.Empty(project.Ids);
        Assert.NotEmpty(project.Generated);
    }
}
