using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedEvents.Generators.Analyzers;
using TypedEvents.Generators.Tests.Infrastructure;

namespace TypedEvents.Generators.Tests;

/// <summary>TE0023: a constant that breaks a rule of its property, where the event is made, changed or tracked.</summary>
public class InvalidConstantTests
{
    private const string Events = """
        #pragma warning disable CS1591
        using System.Collections.Generic;
        using System.ComponentModel.DataAnnotations;
        using TypedEvents;
        namespace Shop;

        public enum Plan { Free, Pro, Team }

        [EngageEvent("signed_up")]
        public partial record SignedUp(
            [StringLength(5, MinimumLength = 2)] string Name = "abc",
            [Range(1, 100)] int Seats = 1,
            [AllowedValues(Shop.Plan.Free, Shop.Plan.Pro)] Plan Plan = Plan.Free,
            [property: Range(0.5, 1.5, MaximumIsExclusive = true)] double? Ratio = null,
            [RegularExpression("[a-z]+")] string? Code = null,
            [AllowedValues(1, 2)] byte? Level = null,
            [Range(typeof(decimal), "0", "9.99")] decimal Price = 0,
            [MaxLength(2)] string Context = "x",
            [Range(1, 2)] long User = 1,
            [EventIgnore, StringLength(1)] string Ignored = "xx")
        {
            [MaxLength(3)] public string? Note { get; set; }
            [StringLength(3)] public required string Label { get; init; }
            public SignedUp(string Name, bool other) : this(Name) { }
        }

        public abstract record Visit([StringLength(2)] string Page);
        [EngageEvent("viewed")] public partial record Viewed(string Page, [MaxLength(1)] string Title) : Visit(Page);
        [EngageEvent("clicked")] public readonly partial record struct Clicked([Range(0, 10)] int X);

        public record Address([StringLength(2)] string Country) { [Range(1, 9)] public int Floor { get; init; } = 1; }
        [EngageEvent("moved")] public partial record Moved([Flatten] Address? To, [Range(1, 2)] int People = 1);
        public record Unrelated([Range(1, 2)] int Number);

        public partial class Outer { [EngageEvent("nested")] public partial record Nested([Range(1, 2)] int Number); }
        [EngageEvent("outer_nested")] public partial record Outer_Nested([Range(3, 4)] int Number);
        [EngageEvent("cased")] public partial record Cased([Range(1, 2)] int Number, [EventProperty("n"), Range(3, 4)] int number);

        public static class Calls
        {
            const string TooLong = "abcdef";
            static int Count() => 500;
            static void Call(IEventTracker tracker, IUserEventTracker current, EngageUser user, SignedUp signedUp, Moved moved, string text, int number)
            {
                /*here*/
            }
        }
        """;

    [Theory]
    [InlineData("new SignedUp([|\"a\"|]) { Label = \"x\" };", "'Name'", "StringLength: 2 to 5 characters")]
    [InlineData("new SignedUp(Name: [|TooLong|]) { Label = \"x\" };", "'Name'", "2 to 5")]
    [InlineData("new SignedUp([|\"abc\" + \"def\"|]) { Label = \"x\" };", "'Name'", "2 to 5")]
    [InlineData("SignedUp made = new(Seats: [|0|]) { Label = \"x\" };", "'Seats'", "Range: 1 to 100")]
    [InlineData("new SignedUp { Label = [|\"long\"|] };", "'Label'", "at most 3 characters")]
    [InlineData("new SignedUp { Label = \"x\", Note = [|\"long\"|] };", "'Note'", "at most 3 characters")]
    [InlineData("_ = signedUp with { Seats = [|101|] };", "'Seats'", "1 to 100")]
    [InlineData("signedUp.Note = [|\"long\"|];", "'Note'", "at most 3")]
    [InlineData("new SignedUp(Plan: [|Plan.Team|]) { Label = \"x\" };", "'Plan'", "AllowedValues: Free, Pro")]
    [InlineData("new SignedUp(Plan: [|(Plan)17|]) { Label = \"x\" };", "'Plan'", "Free, Pro")]
    [InlineData("new SignedUp(Ratio: [|0|]) { Label = \"x\" };", "'Ratio'", "Range: at least 0.5 and less than 1.5")]
    [InlineData("new SignedUp(Ratio: [|1.5|]) { Label = \"x\" };", "'Ratio'", "less than 1.5")]
    [InlineData("new SignedUp(Code: [|\"A\"|]) { Label = \"x\" };", "'Code'", "RegularExpression: [a-z]+")]
    [InlineData("new SignedUp(Level: [|3|]) { Label = \"x\" };", "'Level'", "AllowedValues: 1, 2")]
    [InlineData("new SignedUp(Price: [|10|]) { Label = \"x\" };", "'Price'", "Range: 0 to 9.99")]
    [InlineData("new SignedUp(Price: [|-0.01m|]) { Label = \"x\" };", "'Price'", "0 to 9.99")]
    [InlineData("tracker.TrackSignedUp(user, label: [|\"long\"|]);", "'Label'", "at most 3")]
    [InlineData("tracker.TrackSignedUp(user, \"x\", [|\"a\"|]);", "'Name'", "2 to 5")]
    [InlineData("tracker.TrackSignedUp(user, \"x\", contextValue: [|\"long\"|]);", "'Context'", "at most 2")]
    [InlineData("tracker.TrackSignedUp(user, \"x\", userValue: [|3|]);", "'User'", "1 to 2")]
    [InlineData("_ = tracker.TrackSignedUpAsync(user, \"x\", seats: [|-1|]);", "'Seats'", "1 to 100")]
    [InlineData("current.TrackSignedUp(label: [|\"long\"|]);", "'Label'", "at most 3")]
    [InlineData("_ = current.TrackSignedUpAsync(\"x\", seats: [|-1|]);", "'Seats'", "1 to 100")]
    [InlineData("SignedUpTrackerExtensions.TrackSignedUp(tracker, user, \"x\", level: [|9|]);", "'Level'", "1, 2")]
    [InlineData("tracker.Track(user, new Clicked([|11|]));", "'X'", "0 to 10")]
    [InlineData("tracker.TrackClicked(user, [|-1|]);", "'X'", "0 to 10")]
    [InlineData("new Viewed([|\"/long\"|], \"x\");", "'Page'", "at most 2")]
    [InlineData("tracker.TrackViewed(user, [|\"/long\"|], \"x\");", "'Page'", "at most 2")]
    [InlineData("new Moved(new Address([|\"DEU\"|]));", "'Country'", "at most 2")]
    [InlineData("new Moved(new(\"DE\") { Floor = [|10|] });", "'Floor'", "1 to 9")]
    [InlineData("_ = moved with { To = moved.To! with { Floor = [|0|] } };", "'Floor'", "1 to 9")]
    [InlineData("tracker.TrackMoved(user, new Address([|\"DEU\"|]), 2);", "'Country'", "at most 2")]
    [InlineData("tracker.TrackOuterNested(user, [|3|]);", "'Number'", "1 to 2")]
    [InlineData("tracker.TrackOuter_Nested(user, [|2|]);", "'Number'", "3 to 4")]
    public async Task A_constant_that_breaks_a_rule_is_found(string statement, string property, string rule)
    {
        int start = statement.IndexOf("[|", StringComparison.Ordinal);
        int end = statement.IndexOf("|]", StringComparison.Ordinal) - 2;
        string plain = statement.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal);
        string source = Events.Replace("/*here*/", plain, StringComparison.Ordinal);

        Diagnostic diagnostic = Assert.Single(await AnalyzeAsync(new Project(source)));

        Assert.Equal("TE0023", diagnostic.Id);
        Assert.Contains(property, diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        Assert.Contains(rule, diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        Assert.Equal(plain[start..end], source.Substring(diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.Length));
    }

    [Theory]
    [InlineData("new SignedUp(\"abcde\", 100, Plan.Pro, 1.49, \"abc\", 2, 9.99m, \"xx\", 2) { Label = \"abc\", Note = null };")]
    [InlineData("tracker.TrackSignedUp(user, \"abc\", \"ab\", 1, Plan.Free, 0.5, \"\", 1, 0, \"\", 1, \"not sent\");")]
    [InlineData("new SignedUp(text, number, (Plan)number, number, text) { Label = text };")]
    [InlineData("new SignedUp(Seats: Count(), Code: null, Ratio: null) { Label = \"x\" };")]
    [InlineData("new SignedUp(\"a\", true) { Label = \"x\" };")]
    [InlineData("new SignedUp(Ignored: \"not sent\") { Label = \"x\" };")]
    [InlineData("new Unrelated(500);")]
    [InlineData("new Address(\"Germany\") { Floor = 99 };")]
    [InlineData("tracker.TrackCased(user, 9, 9);")]
    [InlineData("tracker.TrackMoved(user, null);")]
    [InlineData("new SignedUp(Missing: 1); new Missing(1); tracker.TrackMissing(1); new SignedUp(")]
    public async Task What_keeps_the_rules_or_is_not_known_is_left_alone(string statement) =>
        Assert.Empty(await AnalyzeAsync(new Project(Events.Replace("/*here*/", statement, StringComparison.Ordinal))));

    [Fact]
    public async Task Events_of_another_assembly_keep_their_rules()
    {
        MetadataReference library = new Project(Events) { AssemblyName = "EventLibrary" }.Generate().ToReference();
        const string Application = """
            using Shop;
            using TypedEvents;
            public static class Application
            {
                public static void Run(IEventTracker tracker, EngageUser user)
                {
                    tracker.TrackSignedUp(user, "label", "a", 0, ratio: 0.1, contextValue: "long");
                    tracker.Track(user, new SignedUp("a", 0) { Label = "label" });
                    tracker.TrackOuterNested(user, 3);
                    tracker.TrackClicked(user, 99);
                    tracker.TrackMoved(user, new Address("DEU"));
                }
            }
            """;

        IEnumerable<Diagnostic> found = await AnalyzeAsync(new Project(Application) { ExtraReferences = [library] });

        Assert.Equal(
            ["\"label\"", "\"a\"", "0", "0.1", "\"long\"", "\"a\"", "0", "\"label\"", "3", "99", "\"DEU\""],
            found.OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)
                .Select(diagnostic => Application.Substring(diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.Length)));
    }

    [Theory]
    [InlineData("[EngageEvent(\"x\")] public partial record X([AllowedValues(\"a\")] string Plan = [|\"b\"|]);", "AllowedValues: a")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([property: AllowedValues(\"a\")] string Plan = [|\"b\"|]);", "AllowedValues: a")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([Range(1, 9)] int? Plan = [|1 - 1|]);", "Range: 1 to 9")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([Range(1, 9)] double Plan = [|default|]);", "Range: 1 to 9")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([AllowedValues(Day.Sunday)] Day Plan = [|Day.Monday|]);", "AllowedValues: Sunday")]
    [InlineData("[EngageEvent(\"x\")] public readonly partial record struct X([StringLength(1)] string Plan = [|X.Long|]) { public const string Long = \"long\"; }", "at most 1")]
    [InlineData("[EngageEvent(\"x\")] public partial record X(string Plan = [|\"long\"|]) : Base(Plan); public record Base([StringLength(1)] string Plan);", "at most 1")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([Flatten] Part Part); public record Part([StringLength(1)] string Plan = [|\"long\"|]);", "at most 1")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([Flatten] Whole A, [Flatten] Whole B); public record Whole([Flatten] Part<int>? C); public record Part<T>(T D, [Range(1, 2)] int Plan = [|3|]);", "1 to 2")]
    public async Task A_default_value_that_breaks_a_rule_is_found_where_it_stands_and_nowhere_else(string declaration, string rule)
    {
        const string Calls = """

            public static class Calls
            {
                static void Call(IEventTracker tracker, EngageUser user)
                {
                    tracker.Track(user, new X());
                    tracker.Track(user, new() { });
                    tracker.TrackX(user);
                    tracker.TrackX(user, new Part());
                }
            }
            """;
        int start = declaration.IndexOf("[|", StringComparison.Ordinal);
        int end = declaration.IndexOf("|]", StringComparison.Ordinal) - 2;
        string plain = declaration.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal);
        string source = "using System.ComponentModel.DataAnnotations; using TypedEvents; using Day = System.DayOfWeek;\n" + plain + Calls;

        Diagnostic diagnostic = Assert.Single(await AnalyzeAsync(new Project(source)));

        Assert.Contains("'Plan'", diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        Assert.Contains(rule, diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        Assert.Equal(plain[start..end], source.Substring(diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.Length));
    }

    [Theory]
    [InlineData("public record Unrelated([Range(1, 2)] int Number = 3);")]
    [InlineData("public class Plain([Range(1, 2)] int number = 3) { public int Number => number; void M([Range(1, 2)] int number = 3) { } }")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([EventIgnore, Range(1, 2)] int A = 3, [Range(1, 2)] int B = 2, [Range(1, 2)] int? C = null, [RegularExpression(\"a\")] string D = \"\", [StringLength(1, MinimumLength = 1)] string? E = null);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([Range(1, 2)] int A) { public X([Range(1, 2)] int A = 3, int b = 4) : this(A) { } void M([Range(1, 2)] int A = 3) { } }")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([Range(1, 2)] int A = , [Range(1, 2)] int B = \"3\", [Range(1, 2)] int C = Missing, [Range(1, 2)] Missing D = 3, [Range(1, 2)] System.Guid E = default);")]
    [InlineData("[EngageEvent(\"x\")] public partial record X([EventIgnore] Part A); public record Part([Range(1, 2)] int B = 3);")]
    public async Task A_default_value_that_keeps_the_rules_or_is_not_sent_is_left_alone(string declaration) =>
        Assert.Empty(await AnalyzeAsync(new Project("using System.ComponentModel.DataAnnotations; using TypedEvents;\n" + declaration)));

    private static Task<ImmutableArray<Diagnostic>> AnalyzeAsync(Project project) => project.Generate().Compilation
        .WithAnalyzers([new InvalidConstantAnalyzer()])
        .GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
}
