namespace TypedEvents.Cli.Tests;

/// <summary>What lint finds in a whole plan, and near misses.</summary>
public sealed class PlanLintTests : FolderTests
{
    [Theory]
    [InlineData("no description", """{ "a": { "properties": { "x": { "type": "string" } } } }""", "TEP601 a")]
    [InlineData("one name with two types", """{ "a": { "description": "d", "properties": { "x": { "type": "string" } } }, "b": { "description": "d", "properties": { "x": { "type": "integer" } } }, "c": { "description": "d", "properties": { "x": { "type": "integer" } } } }""", "TEP602 a.x")]
    [InlineData("one name with two formats", """{ "a": { "description": "d", "properties": { "x": { "type": "string", "format": "uuid" } } }, "b": { "description": "d", "properties": { "x": { "type": "string" } } } }""", "TEP602 a.x")]
    [InlineData("event names in another order", """{ "order_placed": { "description": "d", "properties": {} }, "placed_orders": { "description": "d", "properties": {} } }""", "TEP603 placed_orders")]
    [InlineData("event names one letter apart", """{ "trial_started": { "description": "d", "properties": {} }, "trial_startet": { "description": "d", "properties": {} } }""", "TEP603 trial_startet")]
    [InlineData("event names with another number", """{ "step_1_done": { "description": "d", "properties": {} }, "step_2_done": { "description": "d", "properties": {} } }""", "")]
    [InlineData("short event names", """{ "tap": { "description": "d", "properties": {} }, "map": { "description": "d", "properties": {} } }""", "")]
    [InlineData("property names in two styles", """{ "a": { "description": "d", "properties": { "orderId": { "type": "string" } } }, "b": { "description": "d", "properties": { "order_id": { "type": "string" } } } }""", "TEP604 b.order_id")]
    [InlineData("a name that looks personal", """{ "a": { "description": "d", "properties": { "userEmail": { "type": "string" } } } }""", "TEP605 a.userEmail")]
    [InlineData("a name that looks personal and has a class", """{ "a": { "description": "d", "properties": { "user_email": { "type": "string", "sensitivity": "personal" } } } }""", "")]
    [InlineData("names that only begin like personal ones", """{ "a": { "description": "d", "properties": { "ipad": { "type": "string" }, "phonetic": { "type": "string" }, "streetwear": { "type": "string" } } } }""", "")]
    [InlineData("a name that says nothing", """{ "a": { "description": "d", "properties": { "data": { "type": "string" } } } }""", "TEP607 a.data")]
    [InlineData("an amount without a unit", """{ "a": { "description": "d", "properties": { "load_duration": { "type": "integer" } } } }""", "TEP609 a.load_duration")]
    [InlineData("amounts with a unit", """{ "a": { "description": "d", "properties": { "duration_ms": { "type": "integer" }, "total": { "type": "number", "description": "In euro." }, "pause": { "type": "integer", "format": "duration-ms" }, "length": { "type": "string" } } } }""", "")]
    public void A_plan_with(string what, string events, string findings)
    {
        Assert.NotEmpty(what);
        Assert.Equal(findings, string.Join('|', Check(events).Select(finding => $"{finding.Id} {finding.Subject}")));
    }

    [Fact]
    public void An_event_with_many_properties_is_reported()
    {
        static string Properties(int count) => string.Join(", ", Enumerable.Range(0, count).Select(index => $$"""
            "p{{index}}": { "type": "string" }
            """));

        Assert.Equal(["TEP608 a"], Check($$"""{ "a": { "description": "d", "properties": { {{Properties(31)}} } }, "b": { "description": "d", "properties": { {{Properties(30)}} } } }""").Select(finding => $"{finding.Id} {finding.Subject}"));
    }

    [Fact]
    public void An_outlier_from_the_plans_own_pattern_is_reported_if_the_plan_has_one()
    {
        static string Events(int following, string outlier) =>
            $"{{ {string.Join(", ", Enumerable.Range(0, following).Select(index => $$"""
            "{{(char)('a' + index)}}{{(char)('a' + index)}}{{(char)('a' + index)}}_opened": { "description": "d", "properties": {} }
            """))}, \"{outlier}\": {{ \"description\": \"d\", \"properties\": {{}} }} }}";

        Assert.Equal(["TEP606 click_button"], Check(Events(9, "click_button")).Select(finding => $"{finding.Id} {finding.Subject}"));
        Assert.Empty(Check(Events(8, "click_button")));
        Assert.Empty(Check(Events(9, "form_sent")));
    }

    [Fact]
    public void A_configured_pattern_holds_for_every_plan()
    {
        PlanSettings settings = Settings("typedevents_plan.TEP606.pattern = ^[a-z]+_[a-z]+$");

        Assert.Equal(["TEP606 click"], PlanLint.Check(Plans.Of("""{ "click": { "description": "d", "properties": {} }, "page_viewed": { "description": "d", "properties": {} } }"""), null, settings).Select(finding => $"{finding.Id} {finding.Subject}"));
    }

    [Fact]
    public void Owners_and_descriptions_of_properties_are_asked_for_only_if_that_is_set()
    {
        const string Events = """{ "a": { "properties": { "x": { "type": "string" } } } }""";

        Assert.Equal(["TEP601 a"], Check(Events).Select(finding => $"{finding.Id} {finding.Subject}"));
        Assert.Equal(
            ["TEP610 a", "TEP601 a.x"],
            PlanLint.Check(Plans.Of(Events), null, Settings("typedevents_plan.TEP601.events = false\ntypedevents_plan.TEP601.properties = true\ntypedevents_plan.TEP610.level = warning"))
                .Select(finding => $"{finding.Id} {finding.Subject}"));
    }

    [Fact]
    public void Events_that_nothing_tracks_and_deprecated_ones_that_something_does()
    {
        TrackingPlan plan = Plans.Of("""{ "dead": { "description": "d", "properties": {} }, "old": { "description": "d", "deprecated": "", "properties": {} }, "old_and_dead": { "description": "d", "deprecated": "", "properties": {} }, "tested": { "description": "d", "properties": {} }, "used": { "description": "d", "properties": {} } }""");
        static Usage Tracks(string name, bool isTest = false) => new(name, UsageKind.Tracks, "Shop", isTest, "C.M", new SourceLocation("C.cs", 3));

        IReadOnlyList<Finding> findings = PlanLint.Check(plan, new UsageReport([Tracks("used"), Tracks("old"), Tracks("tested", isTest: true)], [], false), PlanSettings.Default);

        Assert.Equal(
            ["TEP611 dead is never tracked.", "TEP612 old is deprecated and still tracked: C.cs:3.", "TEP611 tested is tracked by tests only."],
            findings.Select(finding => $"{finding.Id} {finding.Subject} {finding.Message}"));
    }

    [Fact]
    public void An_event_of_two_assemblies_with_two_shapes_is_an_error()
    {
        TrackingPlan first = Plans.Of("""{ "a": { "description": "d", "type": "A.E", "assembly": "A", "properties": { "x": { "type": "string" } } } }""");
        TrackingPlan same = Plans.Of("""{ "a": { "description": "other", "type": "B.E", "assembly": "B", "properties": { "x": { "type": "string", "description": "y" } } } }""");
        TrackingPlan other = Plans.Of("""{ "a": { "description": "d", "type": "B.E", "assembly": "B", "properties": { "x": { "type": "integer" } } } }""");

        Assert.Empty(PlanLint.Check(first with { Duplicates = [.. same.Events] }, null, PlanSettings.Default));
        Finding finding = Assert.Single(PlanLint.Check(first with { Duplicates = [.. other.Events] }, null, PlanSettings.Default));
        Assert.Equal(("TEP613", FindingLevel.Breaking, "is declared by A.E in A and with other properties by B.E in B."), (finding.Id, finding.Level, finding.Message));
    }

    [Fact]
    public void An_exception_keeps_a_rule_silent_and_is_reported_where_it_has_no_effect()
    {
        PlanSettings settings = Settings("[*.cs]\ntypedevents_plan.TEP605.except = a.email, *.phone, b.email");

        IReadOnlyList<Finding> findings = PlanLint.Check(Plans.Of("""{ "a": { "description": "d", "properties": { "email": { "type": "string" }, "phone": { "type": "string" }, "iban": { "type": "string" } } } }"""), null, settings);

        Assert.Equal(["TEP605 a.iban", "TEP614"], findings.Select(finding => $"{finding.Id} {finding.Subject}".TrimEnd()).Order());
        Assert.Contains("'b.email' for TEP605", findings.Single(finding => finding.Id == "TEP614").Message, StringComparison.Ordinal);
        Assert.Equal(2, findings.Single(finding => finding.Id == "TEP614").Location?.Line);
    }

    [Fact]
    public void Levels_can_be_changed_and_the_nearest_file_wins()
    {
        string inner = PathOf("inner");
        Directory.CreateDirectory(inner);
        File.WriteAllText(PathOf(".editorconfig"), "root = true\ntypedevents_plan.TEP406.level = safe\ntypedevents_plan.TEP601.level = none\n");
        File.WriteAllText(Path.Combine(inner, ".editorconfig"), "[*]\ntypedevents_plan.TEP406.level = breaking\n");

        var settings = PlanSettings.Read(inner);

        Assert.Equal((FindingLevel.Breaking, FindingLevel.None, null), (settings.LevelOf("TEP406"), settings.LevelOf("tep601"), settings.LevelOf("TEP407")));
        Assert.Equal(
            ["TEP406 breaking trial_started.a"],
            PlanDiff.Compare(Plans.OfOneEvent("\"a\": { \"type\": \"integer\", \"max\": 1 }"), Plans.OfOneEvent("\"a\": { \"type\": \"integer\", \"max\": 2 }"), new DiffFacts { Settings = settings }).Select(Plans.Line));
    }

    [Theory]
    [InlineData("typedevents_plan.TEP406.level = grave", "(1): the level 'grave' is unknown.")]
    [InlineData("typedevents_plan.TEP406.levle = safe", "(1): 'typedevents_plan.TEP406.levle' is unknown.")]
    [InlineData("typedevents_plan.TEP606.pattern = (", "(1): '(' isn't a regular expression:")]
    [InlineData("typedevents_plan.TEP601.properties = maybe", "(1): 'maybe' is neither true nor false.")]
    public void A_setting_that_is_not_known_is_explained(string line, string message) =>
        Assert.Contains(message, Assert.Throws<ToolException>(() => Settings(line)).Message, StringComparison.Ordinal);

    private static IReadOnlyList<Finding> Check(string events) => PlanLint.Check(Plans.Of(events), null, PlanSettings.Default);

    private PlanSettings Settings(string lines)
    {
        File.WriteAllText(PathOf(".editorconfig"), lines + "\nroot = true\n");
        return PlanSettings.Read(Folder);
    }
}
