using TypedEvents.Analyzers.Tests.Infrastructure;
using TypedEvents.CodeFixes;
using TypedEvents.Generators.Analyzers;

namespace TypedEvents.Analyzers.Tests;

/// <summary>The names of events.</summary>
public class NameTests
{
    /// <summary>49 characters.</summary>
    private const string Longest = "a234567890123456789012345678901234567890123456789";

    [Theory]
    [InlineData("""[EngageEvent({|TE0007:""|})] public partial record X(int A);""")]
    [InlineData("""[EngageEvent({|TE0007:null!|})] public partial record X(int A);""")]
    [InlineData("""[EngageEvent({|TE0007:"SignUp"|})] public partial record X(int A);""")]
    [InlineData("""[EngageEvent({|TE0007:"sign up"|})] public partial record X(int A);""")]
    [InlineData("""[EngageEvent({|TE0007:"1st"|})] public partial record X(int A);""")]
    [InlineData("""[EngageEvent({|TE0007:"_x"|})] public partial record X(int A);""")]
    [InlineData("""[EngageEvent({|TE0007:"größe"|})] public partial record X(int A);""")]
    [InlineData("""[EngageEvent(name: {|TE0007:"x-y"|}, Description = "d")] public partial record X(int A);""")]
    [InlineData("""[EngageEvent({|TE0007:nameof(X)|})] public partial class X;""")]
    [InlineData("""public static class Names { public const string X = "X"; } [EngageEvent({|TE0007:Names.X|})] public partial record X(int A);""")]
    [InlineData("""[EngageEvent("x")] public partial record X(int A);""")]
    [InlineData("""[EngageEvent("x_1")] public partial record X(int A);""")]
    [InlineData("""[{|CS7036:EngageEvent|}] public partial record X(int A);""")]
    [InlineData("""[EngageEvent({|CS0103:Missing|})] public partial record X(int A);""")]
    public Task An_event_name_keeps_the_documented_rule(string source) => Verify.Rule<EventNameAnalyzer>(source);

    [Theory]
    [InlineData("\"SignUp\"", "sign_up")]
    [InlineData("\"sign up\"", "sign_up")]
    [InlineData("\"Sign-Up (new)\"", "sign_up_new")]
    [InlineData("\"1stOrder\"", "st_order")]
    [InlineData("\"Größe\"", "grosse")]
    [InlineData("\"İstanbulTITLE\"", "istanbul_title")]
    [InlineData("\"\"", "page_viewed")]
    [InlineData("\"名前\"", "page_viewed")]
    [InlineData("null!", "page_viewed")]
    [InlineData("nameof(PageViewed)", "page_viewed")]
    [InlineData("@\"A\"", "a")]
    public Task Its_snake_case_form_fixes_it(string name, string corrected) => Verify.Fix<EventNameAnalyzer, EventNameFix>(
        $$"""[EngageEvent({|TE0007:{{name}}|}, Description = "d")] public partial record PageViewed(int A);""",
        $$"""[EngageEvent("{{corrected}}", Description = "d")] public partial record PageViewed(int A);""");

    [Fact]
    public Task All_names_are_fixed_at_once() => Verify.Fix<EventNameAnalyzer, EventNameFix>(
        """
        [EngageEvent({|TE0007:"A-B"|})] public partial record A;
        [EngageEvent({|TE0007:"C D"|})] public partial record B;
        """,
        """
        [EngageEvent("a_b")] public partial record A;
        [EngageEvent("c_d")] public partial record B;
        """);

    [Fact]
    public Task A_constant_is_left_to_its_author() => Verify.NoFix<EventNameAnalyzer, EventNameFix>("""
        public static class Names { public const string X = "X"; }
        [EngageEvent({|TE0007:Names.X|})] public partial record X(int A);
        """);

    [Theory]
    [InlineData($$"""[EngageEvent({|TE0012:"{{Longest}}0"|})] public partial record X(int A);""")]
    [InlineData($$"""[EngageEvent("{{Longest}}")] public partial record X(int A);""")]
    public Task An_event_name_has_49_characters_at_most(string source) => Verify.Rule<EventNameLengthAnalyzer>(source);

    [Theory]
    [InlineData("""[EngageEvent({|TE0013:"el_x"|})] public partial record X(int A);""")]
    [InlineData("""[EngageEvent({|TE0013:"engagelab"|})] public partial record X(int A);""")]
    [InlineData("""[EngageEvent({|TE0013:"engagelabs"|})] public partial record X(int A);""")]
    [InlineData("""[EngageEvent({|TE0013:"metaverse_x"|})] public partial record X(int A);""")]
    [InlineData("""[EngageEvent("x")] public partial record X(int {|TE0013:ElCount|}, [EventProperty("metaverse")] int {|TE0013:B|});""")]
    [InlineData("""public abstract record Base(int ElCount); [EngageEvent("x")] public partial record {|TE0013:X|}(int ElCount) : Base(ElCount);""")]
    [InlineData("""[EngageEvent("el")] public partial record X(int El, int Elephant, int MetaVerse, int MyEngagelab, [EventIgnore] int ElIgnored);""")]
    [InlineData("""[EngageEvent("element_el_x")] public partial record X(int A);""")]
    public Task A_name_begins_with_no_reserved_prefix(string source) => Verify.Rule<ReservedPrefixAnalyzer>(source);

    [Fact]
    public Task A_long_name_is_cut() => Verify.Fix<EventNameLengthAnalyzer, EventNameFix>(
        $$"""
        [EngageEvent({|TE0012:"{{Longest}}0"|})] public partial record A;
        [EngageEvent({|TE0012:"{{Longest}}_and_more"|})] public partial record B<T>;
        """,
        $$"""
        [EngageEvent("{{Longest}}")] public partial record A;
        [EngageEvent("{{Longest}}")] public partial record B<T>;
        """);

    [Fact]
    public Task A_reserved_prefix_is_taken_away() => Verify.Fix<ReservedPrefixAnalyzer, EventNameFix>(
        """
        [EngageEvent({|TE0013:"el_x"|})] public partial record A;
        [EngageEvent({|TE0013:"engagelab_el_y"|}, Description = "d")] public partial record B;
        """,
        """
        [EngageEvent("x")] public partial record A;
        [EngageEvent("y", Description = "d")] public partial record B;
        """);

    [Fact]
    public Task A_reserved_prefix_of_a_property_is_taken_away() => Verify.Fix<ReservedPrefixAnalyzer, PropertyNameFix>(
        """
        [EngageEvent("x")] public partial record X(int {|TE0013:ElCount|}, [EventProperty("metaverse_b")] int {|TE0013:B|});
        """,
        """
        [EngageEvent("x")] public partial record X([EventProperty("count")] int ElCount, [EventProperty("b")] int B);
        """);

    [Theory]
    [InlineData("engagelab")]
    [InlineData("engagelabs")]
    [InlineData("el_")]
    [InlineData("el_1")]
    public Task Where_no_name_remains_there_is_nothing_to_offer(string name) => Verify.NoFix<ReservedPrefixAnalyzer, EventNameFix>(
        $$"""[EngageEvent({|TE0013:"{{name}}"|})] public partial record X;""");

    [Theory]
    [InlineData("""[EngageEvent({|TE0011:"x"|})] public partial record A; [EngageEvent({|TE0011:"x"|})] public partial record B;""")]
    [InlineData("""[EngageEvent({|TE0011:"x"|})] public partial record A; namespace N { partial class C { [EngageEvent({|TE0011:"x"|})] partial record A; } }""")]
    [InlineData("""[EngageEvent({|TE0011:"x"|})] public partial record A; [EngageEvent({|TE0011:"X"|})] public partial record B;""")]
    [InlineData("""[EngageEvent({|TE0011:"x"|})] public record A; [EngageEvent({|TE0011:"x"|})] public partial record B<T>;""")]
    [InlineData("""[EngageEvent("x")] public partial record A; [EngageEvent("x_")] public partial record B;""")]
    [InlineData("""[EngageEvent("x")] public partial record A; public partial record A { public const string Other = "x"; }""")]
    public Task Each_event_has_a_name_of_its_own(string source) => Verify.Rule<DuplicateEventNameAnalyzer>(source);

    [Theory]
    [InlineData("x", "The event name 'x' of 'A' is also that of 'B': EngageLab would count both as one event; give one of them another name")]
    [InlineData("X", "The event name 'x' of 'A' differs in case only from 'X' of 'B': EngageLab would count both as one event; give one of them another name")]
    public async Task The_message_names_the_other_event(string other, string message)
    {
        Checked project = await UserProject.CheckAsync($"[TypedEvents.EngageEvent(\"x\")] public partial record A; [TypedEvents.EngageEvent(\"{other}\")] public partial record B;");

        Assert.Equal(message, project.Diagnostics.Where(diagnostic => diagnostic.Id == "TE0011").MinBy(diagnostic => diagnostic.Location.SourceSpan.Start)!.GetMessage(null));
    }

    [Fact]
    public Task Events_of_one_name_are_found_in_different_files() => Verify.Rule<DuplicateEventNameAnalyzer>(
        """namespace A; [EngageEvent({|TE0011:"x"|})] public partial record X(int A);""",
        """namespace B; [EngageEvent({|TE0011:"x"|})] public partial record X(int A);""");

    [Theory]
    [InlineData("""[EngageEvent("x")] public partial record X(int {|TE0014:Größe|});""")]
    [InlineData("""[EngageEvent("x")] public partial record X([EventProperty("userId")] int {|TE0014:A|});""")]
    [InlineData("""[EngageEvent("x")] public partial record X([EventProperty("")] int {|TE0014:A|});""")]
    [InlineData("""[EngageEvent("x")] public partial record X { public int {|TE0014:_a|} { get; init; } }""")]
    [InlineData($$"""[EngageEvent("x")] public partial record X([EventProperty("{{Longest}}0")] int {|TE0014:A|});""")]
    [InlineData("""[assembly: EngageEventDefaults(Naming = PropertyNaming.CamelCase)] [EngageEvent("x")] public partial record X(int Id, int {|TE0014:UserId|});""")]
    [InlineData("""public abstract record Base(int Größe); [EngageEvent("x")] public partial record {|TE0014:X|}(int Größe) : Base(Größe);""")]
    [InlineData($$"""[EngageEvent("x")] public partial record X([EventProperty("{{Longest}}")] int A, [EventIgnore] int Größe, int HTTPStatus2);""")]
    [InlineData("public record X(int Größe);")]
    public Task A_property_name_keeps_the_rule_of_the_client_SDKs(string source) => Verify.Rule<PropertyNameAnalyzer>(source);

    [Fact]
    public Task A_property_gets_a_name_that_keeps_the_rule() => Verify.Fix<PropertyNameAnalyzer, PropertyNameFix>(
        """
        [EngageEvent("x")]
        public partial record X(int {|TE0014:Größe|}, [EventProperty("userId")] int {|TE0014:B|}, [EventProperty(Description = "d")] int {|TE0014:Ärger|})
        {
            /// <summary>Documented.</summary>
            public int {|TE0014:_private|} { get; init; }

            [EventProperty]
            public int {|TE0014:Ö|} { get; init; }
        }
        """,
        """
        [EngageEvent("x")]
        public partial record X([EventProperty("grosse")] int Größe, [EventProperty("user_id")] int B, [EventProperty("arger", Description = "d")] int Ärger)
        {
            /// <summary>Documented.</summary>
            [EventProperty("private")]
            public int _private { get; init; }

            [EventProperty("o")]
            public int Ö { get; init; }
        }
        """);

    [Fact]
    public async Task A_message_is_one_line_whatever_a_name_holds()
    {
        Checked project = await UserProject.CheckAsync("[TypedEvents.EngageEvent(\"a\\r\\n\\u2028\\ud800\")] public partial record X(int A);");

        Assert.StartsWith("'a\\u000d\\u000a\\u2028\\ud800' is not an event name", Assert.Single(project.Diagnostics).GetMessage(null), StringComparison.Ordinal);
    }
}
