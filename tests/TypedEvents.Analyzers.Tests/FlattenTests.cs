using TypedEvents.Analyzers.Tests.Infrastructure;
using TypedEvents.CodeFixes;
using TypedEvents.Generators.Analyzers;

namespace TypedEvents.Analyzers.Tests;

/// <summary>Records within events.</summary>
public class FlattenTests
{
    [Theory]
    [InlineData("string")]
    [InlineData("int?")]
    [InlineData("DateTime")]
    [InlineData("Plain")]
    [InlineData("Plain?")]
    [InlineData("PlainStruct?")]
    [InlineData("IPlain")]
    [InlineData("object")]
    [InlineData("dynamic")]
    [InlineData("(int, int)")]
    [InlineData("Geo[]")]
    [InlineData("List<Geo>")]
    [InlineData("Action")]
    [InlineData("KeyValuePair<int, int>")]
    public Task What_is_no_record_is_not_flattened(string type) => Verify.Rule<FlattensNoRecordAnalyzer>(
        Types + $"[EngageEvent(\"x\")] public partial record X([Flatten] {type} {{|TE0021:A|}});");

    [Theory]
    [InlineData("[Flatten] Geo A")]
    [InlineData("[Flatten] Geo? A")]
    [InlineData("[Flatten(\"\")] Address A, [property: Flatten] Address? B")]
    [InlineData("[Flatten] Box<int> A")]
    [InlineData("[Flatten] Other A")]
    [InlineData("[EventIgnore] Plain A, int B")]
    [InlineData("Plain A")]
    [InlineData("[Flatten] {|CS0246:Missing|} A")]
    public Task A_record_is_flattened_and_what_has_another_rule_is_left_to_it(string property) => Verify.Rule<FlattensNoRecordAnalyzer>(
        Types + $"[EngageEvent(\"other\")] public partial record Other(int Z); [EngageEvent(\"x\")] public partial record X({property});");

    [Theory]
    [InlineData("""[EngageEvent("x")] public partial record X { [Flatten] public X? {|TE0022:A|} { get; init; } }""")]
    [InlineData("""public record Node(int Value, [Flatten] Node? Next); [EngageEvent("x")] public partial record X([Flatten] Node {|TE0022:A|});""")]
    [InlineData("""public record A([Flatten] B? B); public record B([Flatten] A? A); [EngageEvent("x")] public partial record X([Flatten] A {|TE0022:P|});""")]
    [InlineData("""public record Node([Flatten] X? Back); [EngageEvent("x")] public partial record X([Flatten] Node? {|TE0022:A|});""")]
    [InlineData("""public record Nested<T>([Flatten] Nested<Nested<T>>? Inner); [EngageEvent("x")] public partial record X([Flatten] Nested<int> {|TE0022:A|});""")]
    [InlineData("""public record Node(int Value, [EventIgnore] Node? Next); [EngageEvent("x")] public partial record X([Flatten] Node A, [Flatten] Node B);""")]
    [InlineData("""public record Part(int Value); public record Whole([Flatten] Part A, [Flatten] Part B); [EngageEvent("x")] public partial record X([Flatten] Whole A, [Flatten] Part B);""")]
    public Task A_record_is_not_flattened_into_itself(string source) => Verify.Rule<FlattensItselfAnalyzer>(source);

    [Fact]
    public Task A_flaw_behind_a_flattened_property_is_underlined_there() => Verify.Rule<PropertyTypeAnalyzer>(
        "public record Inner(object Thing, int Fine); [EngageEvent(\"x\")] public partial record X([Flatten] Inner {|TE0008:A|}, [Flatten] Inner {|TE0008:B|});");

    [Fact]
    public Task A_record_becomes_flattened() => Verify.Fix<PropertyTypeAnalyzer, FlattenPropertyFix>(
        """
        [EngageEvent("x")]
        public partial record X(int A, Address {|TE0008:B|}, [EventProperty("to")] Address? {|TE0008:C|} = null)
        {
            /// <summary>Documented.</summary>
            public Geo? {|TE0008:D|} { get; init; }
        }
        """ + Types,
        """
        [EngageEvent("x")]
        public partial record X(int A, [Flatten] Address B, [Flatten][EventProperty("to")] Address? C = null)
        {
            /// <summary>Documented.</summary>
            [Flatten]
            public Geo? D { get; init; }
        }
        """ + Types);

    [Fact]
    public Task A_record_of_a_base_or_of_a_flattened_record_is_flattened_where_it_is_declared() => Verify.Fix<PropertyTypeAnalyzer, FlattenPropertyFix>(
        [
            """
            [EngageEvent("a")] public partial record {|TE0008:A|}(int X) : Base;
            [EngageEvent("b")] public partial record {|TE0008:B|}([Flatten] Parcel {|TE0008:Parcel|}) : Base;
            """,
            """
            public record Geo(double Latitude, double Longitude);
            public record Parcel(int Weight, Geo At);
            public abstract record Base { public Geo? From { get; init; } }
            """,
        ],
        [
            """
            [EngageEvent("a")] public partial record A(int X) : Base;
            [EngageEvent("b")] public partial record B([Flatten] Parcel Parcel) : Base;
            """,
            """
            public record Geo(double Latitude, double Longitude);
            public record Parcel(int Weight, [Flatten] Geo At);
            public abstract record Base {
                [Flatten]
                public Geo? From { get; init; } }
            """,
        ]);

    [Theory]
    [InlineData("object {|TE0008:A|}")]
    [InlineData("Plain {|TE0008:A|}")]
    [InlineData("(int, int) {|TE0008:A|}")]
    [InlineData("Dictionary<string, string> {|TE0008:A|}")]
    [InlineData("[Flatten] Tree {|TE0008:A|}")]
    public Task What_is_no_record_or_within_itself_is_not_flattened(string property) => Verify.NoFix<PropertyTypeAnalyzer, FlattenPropertyFix>(
        Types + "public record Tree(int Height, Tree? Left); [EngageEvent(\"x\")] public partial record X(" + property + ");");

    [Theory]
    [InlineData("Address A", "'A' can't be sent because its type 'Address' is not a string, number, Boolean, date or list of strings: send its properties with [Flatten], make it a string, or leave it out with [EventIgnore]")]
    [InlineData("Plain A", "'A' can't be sent because its type 'Plain' is not a string, number, Boolean, date or list of strings: make it a string, or leave it out with [EventIgnore]")]
    [InlineData("[Flatten] Plain? A", "'A' can't be flattened because its type 'Plain?' is not a record: make 'Plain' a record, or leave the property out with [EventIgnore]")]
    [InlineData("[Flatten] string A", "'A' can't be flattened because its type 'string' is not a record: remove [Flatten]; it can be sent without it")]
    [InlineData("[Flatten] object A", "'A' can't be flattened because its type 'object' is not a record: leave the property out with [EventIgnore]")]
    public async Task The_message_says_what_can_be_done(string property, string message)
    {
        Checked project = await UserProject.CheckAsync(Verify.Usings + Types + $"[EngageEvent(\"x\")] public partial record X({property});");

        Assert.Equal(message, Assert.Single(project.Diagnostics).GetMessage(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public Task What_is_flattened_becomes_a_record() => Verify.Fix<FlattensNoRecordAnalyzer, MakeFlattenedRecordFix>(
        """
        [EngageEvent("x")]
        public partial record X([Flatten] Place {|TE0021:A|}, [Flatten("")] Spot? {|TE0021:B|});

        /// <summary>Documented.</summary>
        public sealed class Place
        {
            public string City { get; init; } = "";
        }

        public readonly struct Spot { public int Number { get; init; } }
        """,
        """
        [EngageEvent("x")]
        public partial record X([Flatten] Place A, [Flatten("")] Spot? B);

        /// <summary>Documented.</summary>
        public sealed record Place
        {
            public string City { get; init; } = "";
        }

        public readonly record struct Spot { public int Number { get; init; } }
        """);

    [Fact]
    public Task Flatten_is_removed_from_what_can_be_sent_by_itself() => Verify.Fix<FlattensNoRecordAnalyzer, RemoveAnnotationFix>(
        """
        [EngageEvent("x")]
        public partial record X([Flatten] string {|TE0021:A|}, [EventProperty("b"), Flatten("p")] List<string> {|TE0021:B|}, [property: Flatten] int? {|TE0021:C|});
        """,
        """
        [EngageEvent("x")]
        public partial record X(string A, [EventProperty("b")] List<string> B, int? C);
        """);

    [Theory]
    [InlineData("string {|TE0021:A|}")]
    [InlineData("object {|TE0021:A|}")]
    [InlineData("IPlain {|TE0021:A|}")]
    [InlineData("Derived {|TE0021:A|}")]
    public Task What_is_declared_elsewhere_or_has_a_base_does_not_become_a_record(string property) => Verify.NoFix<FlattensNoRecordAnalyzer, MakeFlattenedRecordFix>(
        Types + "public class Derived : Plain { } [EngageEvent(\"x\")] public partial record X([Flatten] " + property + ");");

    [Fact]
    public Task What_cannot_be_flattened_is_left_out() => Verify.Fix<FlattensNoRecordAnalyzer, IgnorePropertyFix>(
        """public class RangeAttribute(int from, int to) : Attribute { public int From => from; public int To => to; } [EngageEvent("x")] public partial record X(int A, [Flatten] object {|TE0021:B|}, [EventProperty("c"), Flatten, Range(1, 2)] Action {|TE0021:C|});""",
        """public class RangeAttribute(int from, int to) : Attribute { public int From => from; public int To => to; } [EngageEvent("x")] public partial record X(int A, [EventIgnore] object B, [EventIgnore][Range(1, 2)] Action C);""");

    [Fact]
    public Task What_would_be_within_itself_is_left_out() => Verify.Fix<FlattensItselfAnalyzer, IgnorePropertyFix>(
        """
        public record Category(string Name, [Flatten] Category? Parent);
        [EngageEvent("x")] public partial record X([Flatten] Category {|TE0022:A|}, [Flatten] Category {|TE0022:B|}) { [Flatten] public X? {|TE0022:C|} => null; }
        """,
        """
        public record Category(string Name, [EventIgnore] Category? Parent);
        [EngageEvent("x")] public partial record X([Flatten] Category A, [Flatten] Category B) {
            [EventIgnore]
            public X? C => null; }
        """);

    private const string Types = """

        public record Address(string City, string? Street = null);
        public readonly record struct Geo(double Latitude, double Longitude);
        public record Box<T>(T Value);
        public class Plain { public int B => 1; }
        public struct PlainStruct { public int B => 1; }
        public interface IPlain { int B { get; } }

        """;
}
