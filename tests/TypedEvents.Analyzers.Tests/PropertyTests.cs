using TypedEvents.Analyzers.Tests.Infrastructure;
using TypedEvents.CodeFixes;
using TypedEvents.Generators.Analyzers;

namespace TypedEvents.Analyzers.Tests;

/// <summary>Rules about the properties of an event.</summary>
public class PropertyTests
{
    [Theory]
    [InlineData("object")]
    [InlineData("dynamic")]
    [InlineData("(int, int)")]
    [InlineData("Plain")]
    [InlineData("Plain?")]
    [InlineData("Dictionary<string, string>")]
    [InlineData("IDictionary<string, string>")]
    [InlineData("IReadOnlyDictionary<string, int>")]
    [InlineData("System.Collections.IEnumerable")]
    [InlineData("Action")]
    [InlineData("Func<int>")]
    [InlineData("System.IO.Stream")]
    [InlineData("string[,]")]
    [InlineData("Exception")]
    [InlineData("Type")]
    [InlineData("System.Threading.Tasks.Task<int>")]
    [InlineData("Lazy<string>")]
    public Task A_type_without_a_JSON_form_is_underlined(string type) => Verify.Rule<PropertyTypeAnalyzer>(
        "#pragma warning disable CS8600\npublic record Plain; [EngageEvent(\"x\")] public partial record X(int A, " + type + " {|TE0008:B|});");

    [Theory]
    [InlineData("""[EngageEvent("x")] public partial record X { public unsafe int* {|TE0008:A|} => null; }""")]
    [InlineData("""[EngageEvent("x")] public partial record X { public unsafe delegate*<int> {|TE0008:A|} => null; }""")]
    [InlineData("""[EngageEvent("x")] public partial record X<T>(T {|TE0008:A|});""")]
    [InlineData("""public record Base(object A); [EngageEvent("x")] public partial record {|TE0008:X|}(object A) : Base(A);""")]
    [InlineData("""[EngageEvent("x")] public partial record X([EventIgnore] object A, string B, int[] C) { private object D => B; public static object E => 1; internal object F => B; }""")]
    [InlineData("""[EngageEvent("x")] public partial record X({|CS0246:Missing|} A, List<{|CS0246:Missing|}> B);""")]
    [InlineData("public record X(object A);")]
    public Task Only_what_is_sent_needs_a_form_in_the_JSON_payload(string source) => Verify.Rule<PropertyTypeAnalyzer>(source);

    [Theory]
    [InlineData("int[]")]
    [InlineData("List<DateTime>")]
    [InlineData("IReadOnlyList<object>?")]
    [InlineData("string[][]")]
    [InlineData("HashSet<bool?>")]
    [InlineData("IEnumerable<(int, int)>")]
    [InlineData("System.Collections.Immutable.ImmutableArray<int>?")]
    [InlineData("List<System.IO.FileAccess>")]
    public Task A_list_of_something_else_than_strings_is_underlined(string type) => Verify.Rule<ListElementAnalyzer>(
        "[EngageEvent(\"x\")] public partial record X(" + type + " {|TE0009:A|});");

    [Theory]
    [InlineData("string?[]")]
    [InlineData("List<Guid?>")]
    [InlineData("IEnumerable<Uri>")]
    [InlineData("DayOfWeek[]")]
    [InlineData("Dictionary<string, string>")]
    [InlineData("object")]
    [InlineData("List<{|CS0246:Missing|}>")]
    public Task A_list_of_strings_is_fine_and_what_is_no_list_has_another_rule(string type) => Verify.Rule<ListElementAnalyzer>(
        "[EngageEvent(\"x\")] public partial record X(" + type + " A);");

    [Fact]
    public Task What_cannot_be_sent_is_left_out() => Verify.Fix<PropertyTypeAnalyzer, IgnorePropertyFix>(
        """
        [EngageEvent("x")]
        public partial record X(int A, object {|TE0008:B|}, [property: Obsolete] object {|TE0008:C|})
        {
            /// <summary>Documented.</summary>
            public object? {|TE0008:D|} { get; init; }

            public Func<int>? {|TE0008:E|} => null;
        }
        """,
        """
        [EngageEvent("x")]
        public partial record X(int A, [EventIgnore] object B, [EventIgnore][property: Obsolete] object C)
        {
            /// <summary>Documented.</summary>
            [EventIgnore]
            public object? D { get; init; }

            [EventIgnore]
            public Func<int>? E => null;
        }
        """);

    [Fact]
    public Task A_property_of_a_base_record_is_left_out_where_it_is_declared() => Verify.Fix<PropertyTypeAnalyzer, IgnorePropertyFix>(
        [
            """
            [EngageEvent("a")] public partial record {|TE0008:A|}(int X) : Base;
            [EngageEvent("b")] public partial record {|TE0008:B|}(int X) : Base;
            """,
            """
            public abstract record Base
            {
                public object? Thing { get; init; }
            }
            """,
        ],
        [
            """
            [EngageEvent("a")] public partial record A(int X) : Base;
            [EngageEvent("b")] public partial record B(int X) : Base;
            """,
            """
            public abstract record Base
            {
                [EventIgnore]
                public object? Thing { get; init; }
            }
            """,
        ]);

    [Fact]
    public Task What_cannot_be_sent_becomes_a_string() => Verify.Fix<PropertyTypeAnalyzer, SendAsStringFix>(
        """
        [EngageEvent("x")]
        public partial record X(object {|TE0008:A|}, Dictionary<string, int>? {|TE0008:B|} = null)
        {
            public required Type {|TE0008:C|} { get; init; }
        }
        """,
        """
        [EngageEvent("x")]
        public partial record X(string A, string? B = null)
        {
            public required string C { get; init; }
        }
        """);

    [Fact]
    public Task What_is_computed_is_not_made_a_string() => Verify.NoFix<PropertyTypeAnalyzer, SendAsStringFix>(
        """[EngageEvent("x")] public partial record X { public object {|TE0008:A|} => 1; public object {|TE0008:B|} { get { return 1; } } }""");

    [Fact]
    public Task A_list_becomes_a_list_of_strings() => Verify.Fix<ListElementAnalyzer, SendAsStringFix>(
        """
        public class Numbers : List<int>;
        [EngageEvent("x")]
        public partial record X(int[] {|TE0009:A|}, List<int?>? {|TE0009:B|}, System.Collections.Generic.HashSet<object> {|TE0009:C|}, string[][] {|TE0009:D|}, Numbers {|TE0009:E|});
        """,
        """
        public class Numbers : List<int>;
        [EngageEvent("x")]
        public partial record X(string[] A, List<string?>? B, System.Collections.Generic.HashSet<string> C, string[] D, string[] E);
        """);

    [Fact]
    public Task A_list_is_left_out() => Verify.Fix<ListElementAnalyzer, IgnorePropertyFix>(
        """[EngageEvent("x")] public partial record X(int[] {|TE0009:A|}, List<int> {|TE0009:B|});""",
        """[EngageEvent("x")] public partial record X([EventIgnore] int[] A, [EventIgnore] List<int> B);""");

    [Theory]
    [InlineData("""[EngageEvent("x")] public partial record X(int HTTPStatus, int {|TE0010:HttpStatus|});""")]
    [InlineData("""[EngageEvent("x")] public partial record X(int A, [EventProperty("a")] string {|TE0010:B|});""")]
    [InlineData("""public record Base(int UserId); [EngageEvent("x")] public partial record X(int {|TE0010:UserID|}) : Base(UserID);""")]
    [InlineData("""public record Base(int UserId, [EventProperty("user_id")] int B); [EngageEvent("x")] public partial record {|TE0010:X|}(int UserId, int B) : Base(UserId, B);""")]
    [InlineData("""[assembly: EngageEventDefaults(Naming = PropertyNaming.CamelCase)] [EngageEvent("x")] public partial record X(int ID, int {|TE0010:Id|});""")]
    [InlineData("""[assembly: EngageEventDefaults(Naming = PropertyNaming.AsDeclared)] [EngageEvent("x")] public partial record X(int ID, int Id);""")]
    [InlineData("""public record Geo(int Latitude); [EngageEvent("x")] public partial record X([Flatten] Geo At, int {|TE0010:AtLatitude|});""")]
    [InlineData("""public record Geo(int Latitude); [EngageEvent("x")] public partial record X([Flatten("")] Geo From, [Flatten("")] Geo {|TE0010:To|});""")]
    [InlineData("""public record Geo(int Latitude); [EngageEvent("x")] public partial record X([Flatten] Geo From, [Flatten] Geo To, int Latitude);""")]
    [InlineData("""[EngageEvent("x")] public partial record X(int A, [EventIgnore, EventProperty("a")] string B, [EventProperty("A")] int C);""")]
    [InlineData("""public record Base(int A); [EngageEvent("x")] public partial record X(int A) : Base(A) { public new int A { get; } = A; }""")]
    public Task Two_properties_have_two_names_in_the_JSON_payload(string source) => Verify.Rule<DuplicateWireNameAnalyzer>(source);

    [Fact]
    public Task One_of_two_properties_of_one_name_is_left_out() => Verify.Fix<DuplicateWireNameAnalyzer, IgnorePropertyFix>(
        """
        public record Geo(int Latitude);
        [EngageEvent("x")] public partial record X(int HTTPStatus, int {|TE0010:HttpStatus|}, [EventProperty("http_status")] string {|TE0010:B|})
        {
            [Obsolete, EventProperty("http_status")]
            public int {|TE0010:C|} { get; init; }
        }
        """,
        """
        public record Geo(int Latitude);
        [EngageEvent("x")] public partial record X(int HTTPStatus, [EventIgnore] int HttpStatus, [EventIgnore] string B)
        {
            [EventIgnore]
            [Obsolete]
            public int C { get; init; }
        }
        """);

    [Theory]
    [InlineData(500, false)]
    [InlineData(501, true)]
    public Task An_event_has_500_properties_at_most(int count, bool isTooMany)
    {
        string properties = string.Join(", ", Enumerable.Range(1, count).Select(number => $"int P{number}"));
        string name = isTooMany ? "{|TE0015:X|}" : "X";
        return Verify.Rule<TooManyPropertiesAnalyzer>($"[EngageEvent(\"x\")] public partial record {name}({properties}, [EventIgnore] int Ignored);");
    }

    [Theory]
    [InlineData("""[EngageEvent("x")] public partial record {|TE0016:X|}([EventIgnore] int A);""")]
    [InlineData("""public record Base { [EventIgnore] public int A => 1; } [EngageEvent("x")] public partial record {|TE0016:X|} : Base;""")]
    [InlineData("""[EngageEvent("x")] public partial record X([EventIgnore] int A, int B);""")]
    [InlineData("""[EngageEvent("x")] public partial record X([EventIgnore] int A, object B);""")]
    [InlineData("""[EngageEvent("x")] public partial record X;""")]
    [InlineData("""[EngageEvent("x")] public partial record X { private int A => 1; }""")]
    public Task An_event_that_has_properties_sends_one(string source) => Verify.Rule<AllPropertiesIgnoredAnalyzer>(source);
}
