using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Parsing;
using TypedEvents.Generators.Tests.Infrastructure;

namespace TypedEvents.Generators.Tests;

/// <summary>Invalid events are skipped, and the others are generated.</summary>
public class InvalidEventTests
{
    private const string Valid = """
        #pragma warning disable CS1591
        [TypedEvents.EngageEvent("valid")] public partial record Valid(int Count);
        """;

    [Theory]
    [InlineData("NotPartial", "[EngageEvent(\"x\")] public record X(int A);")]
    [InlineData("NotPartial", "public class Outer { [EngageEvent(\"x\")] public partial record X(int A); }")]
    [InlineData("NotPartial", "public class Outer { public partial class Middle { [EngageEvent(\"x\")] public partial record X(int A); } }")]
    [InlineData("Generic", "[EngageEvent(\"x\")] public partial record X<T>(int A);")]
    [InlineData("Generic", "public partial class Outer<T> { [EngageEvent(\"x\")] public partial record X(int A); }")]
    [InlineData("FileLocal", "[EngageEvent(\"x\")] file partial record X(int A);")]
    [InlineData("FileLocal", "file partial class Outer { [EngageEvent(\"x\")] public partial record X(int A); }")]
    [InlineData("DerivesFromEvent", "[EngageEvent(\"x\")] public partial record X(int A) : Valid(A);")]
    [InlineData("DerivesFromEvent", "public record Middle(int A) : Valid(A); [EngageEvent(\"x\")] public partial record X(int A) : Middle(A);")]
    [InlineData("BadEventName", "[EngageEvent(\"\")] public partial record X(int A);")]
    [InlineData("BadEventName", "[EngageEvent(null!)] public partial record X(int A);")]
    [InlineData("BadEventName", "[EngageEvent(\"SignUp\")] public partial record X(int A);")]
    [InlineData("BadEventName", "[EngageEvent(\"sign up\")] public partial record X(int A);")]
    [InlineData("BadEventName", "[EngageEvent(\"1st\")] public partial record X(int A);")]
    [InlineData("BadEventName", "[EngageEvent(\"_x\")] public partial record X(int A);")]
    [InlineData("BadEventName", "[EngageEvent(\"x\\n\")] public partial record X(int A);")]
    [InlineData("BadEventName", "[EngageEvent(\"größe\")] public partial record X(int A);")]
    [InlineData("UnsupportedPropertyType", "[EngageEvent(\"x\")] public partial record X(object A);")]
    [InlineData("UnsupportedPropertyType", "[EngageEvent(\"x\")] public partial record X(dynamic A);")]
    [InlineData("UnsupportedPropertyType", "[EngageEvent(\"x\")] public partial record X((int, int) A);")]
    [InlineData("UnsupportedPropertyType", "public record Plain; [EngageEvent(\"x\")] public partial record X(Plain A);")]
    [InlineData("UnsupportedPropertyType", "[EngageEvent(\"x\")] public partial record X(int[] A);")]
    [InlineData("UnsupportedPropertyType", "[EngageEvent(\"x\")] public partial record X(string[,] A);")]
    [InlineData("UnsupportedPropertyType", "[EngageEvent(\"x\")] public partial record X(string[][] A);")]
    [InlineData("UnsupportedPropertyType", "[EngageEvent(\"x\")] public partial record X(System.Collections.IEnumerable A);")]
    [InlineData("UnsupportedPropertyType", "[EngageEvent(\"x\")] public partial record X(System.Collections.Generic.Dictionary<string, string> A);")]
    [InlineData("UnsupportedPropertyType", "[EngageEvent(\"x\")] public partial record X(System.Collections.Generic.List<System.DateTime> A);")]
    [InlineData("UnsupportedPropertyType", "[EngageEvent(\"x\")] public partial record X(System.Collections.Generic.List<System.IO.FileAccess> A);")]
    [InlineData("UnsupportedPropertyType", "public abstract class Both : System.Collections.Generic.IEnumerable<string>, System.Collections.Generic.IEnumerable<int> { public abstract System.Collections.IEnumerator GetEnumerator(); System.Collections.Generic.IEnumerator<string> System.Collections.Generic.IEnumerable<string>.GetEnumerator() => null!; System.Collections.Generic.IEnumerator<int> System.Collections.Generic.IEnumerable<int>.GetEnumerator() => null!; } [EngageEvent(\"x\")] public partial record X(Both A);")]
    [InlineData("UnsupportedPropertyType", "public record Base(object Thing); [EngageEvent(\"x\")] public partial record X(int A) : Base(A);")]
    [InlineData("UnsupportedPropertyType", "[EngageEvent(\"x\")] public partial record X { public unsafe int* A => null; }")]
    [InlineData("UnsupportedPropertyType", "namespace System { public struct Guid2 { } } [EngageEvent(\"x\")] public partial record X(System.Guid2 A);")]
    [InlineData("UnsupportedPropertyType", "namespace My { public struct TimeSpan { } } [EngageEvent(\"x\")] public partial record X(My.TimeSpan A);")]
    [InlineData("DuplicateWireName", "[EngageEvent(\"x\")] public partial record X(int HTTPStatus, int HttpStatus);")]
    [InlineData("DuplicateWireName", "[EngageEvent(\"x\")] public partial record X(int A, [EventProperty(\"a\")] string B);")]
    [InlineData("DuplicateWireName", "public record Base(int UserId); [EngageEvent(\"x\")] public partial record X(int UserID) : Base(UserID);")]
    [InlineData("DuplicateWireName", "public record Geo(int Latitude); [EngageEvent(\"x\")] public partial record X([Flatten] Geo At, int AtLatitude);")]
    [InlineData("DuplicateWireName", "public record Geo(int Latitude); [EngageEvent(\"x\")] public partial record X([Flatten(\"\")] Geo From, [Flatten(\"\")] Geo To);")]
    [InlineData("UnsupportedPropertyType", "public record Geo(object Position); [EngageEvent(\"x\")] public partial record X([Flatten] Geo At);")]
    [InlineData("UnsupportedPropertyType", "public record Geo(int A); [EngageEvent(\"x\")] public partial record X([Flatten] Outer At); public record Outer(Geo Position);")]
    [InlineData("FlattensNoRecord", "[EngageEvent(\"x\")] public partial record X([Flatten] string A);")]
    [InlineData("FlattensNoRecord", "[EngageEvent(\"x\")] public partial record X([Flatten] int? A);")]
    [InlineData("FlattensNoRecord", "[EngageEvent(\"x\")] public partial record X([Flatten] System.DateTime A);")]
    [InlineData("FlattensNoRecord", "[EngageEvent(\"x\")] public partial record X([Flatten] System.Collections.Generic.KeyValuePair<int, int> A);")]
    [InlineData("FlattensNoRecord", "[EngageEvent(\"x\")] public partial record X([Flatten] System.Text.Json.JsonElement A);")]
    [InlineData("FlattensNoRecord", "public class Plain { public int B => 1; } [EngageEvent(\"x\")] public partial record X([Flatten] Plain A);")]
    [InlineData("FlattensNoRecord", "public struct Plain { public int B => 1; } [EngageEvent(\"x\")] public partial record X([Flatten] Plain? A);")]
    [InlineData("FlattensNoRecord", "public interface IPlain { int B { get; } } [EngageEvent(\"x\")] public partial record X([Flatten] IPlain A);")]
    [InlineData("FlattensNoRecord", "public record Geo(int A); [EngageEvent(\"x\")] public partial record X([Flatten] Geo[] A);")]
    [InlineData("FlattensNoRecord", "[EngageEvent(\"x\")] public partial record X([Flatten] (int, int) A);")]
    [InlineData("FlattensNoRecord", "[EngageEvent(\"x\")] public partial record X([Flatten] dynamic A);")]
    [InlineData("FlattensItself", "[EngageEvent(\"x\")] public partial record X { [Flatten] public X? A { get; init; } }")]
    [InlineData("FlattensItself", "public record Node(int Value, [Flatten] Node? Next); [EngageEvent(\"x\")] public partial record X([Flatten] Node A);")]
    [InlineData("FlattensItself", "public record A([Flatten] B? B); public record B([Flatten] C? C); public record C([Flatten] A? A); [EngageEvent(\"x\")] public partial record X([Flatten] A A);")]
    [InlineData("FlattensItself", "public record Node([Flatten] X? Back); [EngageEvent(\"x\")] public partial record X([Flatten] Node? A);")]
    [InlineData("FlattensItself", "public record Box<T>([Flatten] Box<Box<T>>? Inner); [EngageEvent(\"x\")] public partial record X([Flatten] Box<int> A);")]
    [InlineData("ImplementsEventItself", "[EngageEvent(\"x\")] public partial record X(int A) : IEngageEvent<X> { static EventSchema IEngageEvent<X>.Schema { get; } = new(\"x\"); static void IEngageEvent<X>.WriteProperties(ref EventWriter writer, in X value) { } TrackResult IEngageEvent.Track(IEventTracker tracker, EngageUser user, EventContext context) => default; }")]
    public void An_invalid_event_is_skipped(string flaw, string source)
    {
        Generated generated = new Project(Valid, "#pragma warning disable\nusing TypedEvents;\n" + source) { AllowUnsafe = true }.Generate();

        generated.AssertSilent();
        Assert.Contains("partial record Valid", generated.Text, StringComparison.Ordinal);
        Assert.Contains(Enum.Parse<EventFlawKind>(flaw), FlawsOfX(generated));
    }

    [Theory]
    [InlineData("[EngageEvent(\"x\")] public partial class X { public int A { get; } }")]
    [InlineData("[EngageEvent(\"x\")] public partial struct X { }")]
    public void What_is_no_record_is_skipped(string source)
    {
        Generated generated = new Project(Valid, "#pragma warning disable\nusing TypedEvents;\n" + source).Generate().AssertSilent();

        Assert.Contains("partial record Valid", generated.Text, StringComparison.Ordinal);
        Assert.Equal([EventFlawKind.NotARecord], FlawsOfX(generated));
    }

    [Fact]
    public void A_record_that_derives_from_an_event_of_another_assembly_is_skipped()
    {
        MetadataReference library = new Project(Valid) { AssemblyName = "EventLibrary" }.Generate().ToReference();

        Generated generated = new Project("""
            #pragma warning disable
            using TypedEvents;
            [EngageEvent("x")] public partial record X(int A) : Valid(A);
            """) { ExtraReferences = [library] }.Generate().AssertSilent();

        Assert.Empty(generated.Files);
        Assert.Equal([EventFlawKind.DerivesFromEvent], FlawsOfX(generated));
    }

    [Fact]
    public void Every_flaw_is_found_where_a_list_is_given()
    {
        Generated generated = new Project("""
            using TypedEvents;
            [EngageEvent("Bad")] public record X<T>(object A, object B, int C, [EventProperty("c")] int D);
            """).Generate();

        Assert.Equal(
            [
                EventFlawKind.NotPartial,
                EventFlawKind.Generic,
                EventFlawKind.BadEventName,
                EventFlawKind.UnsupportedPropertyType,
                EventFlawKind.UnsupportedPropertyType,
                EventFlawKind.DuplicateWireName,
            ],
            FlawsOfX(generated));
    }

    [Fact]
    public void A_flaw_within_a_flattened_record_says_through_which_property_of_the_event_it_comes()
    {
        Generated generated = new Project("""
            using TypedEvents;
            public record Inner(object Thing);
            public record Outer([Flatten] Inner Inner, int Fine);
            [EngageEvent("x")] public partial record X(object Own, [Flatten] Outer A);
            """).Generate();

        IReadOnlyList<EventFlaw> flaws = AllFlawsOfX(generated);

        Assert.Equal([("Own", null), ("Thing", "A")], flaws.Select(flaw => (flaw.Symbol.Name, flaw.Through?.Name)));
    }

    [Fact]
    public void Two_events_of_one_name_are_both_emitted()
    {
        Generated generated = new Project("""
            #pragma warning disable
            using TypedEvents;
            [EngageEvent("x")] public partial record A;
            [EngageEvent("x")] public partial record B;
            """).Generate().AssertSilent();

        Assert.Equal(2, generated.Files.Length);
    }

    private static IEnumerable<EventFlawKind> FlawsOfX(Generated generated) => AllFlawsOfX(generated).Select(flaw => flaw.Kind);

    private static IReadOnlyList<EventFlaw> AllFlawsOfX(Generated generated)
    {
        INamedTypeSymbol type = generated.Compilation.GetSymbolsWithName("X", SymbolFilter.Type, TestContext.Current.CancellationToken)
            .OfType<INamedTypeSymbol>()
            .Single();
        return EventParser.Inspect(type, type.GetAttributes()[0], generated.Compilation).Flaws;
    }
}
