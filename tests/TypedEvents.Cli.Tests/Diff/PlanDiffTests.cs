namespace TypedEvents.Cli.Tests;

/// <summary>The rules of a comparison: what each change means to who reads the events.</summary>
public sealed class PlanDiffTests
{
    [Theory]
    [InlineData("nothing", "\"a\": { \"type\": \"string\" }", "\"a\": { \"type\": \"string\" }", "")]
    [InlineData("a required property is removed", "\"a\": { \"type\": \"string\", \"required\": true }", "", "TEP201 breaking trial_started.a")]
    [InlineData("a deprecated required property is removed", "\"a\": { \"type\": \"string\", \"required\": true, \"deprecated\": \"\" }", "", "TEP201 risky trial_started.a")]
    [InlineData("an optional property is removed", "\"a\": { \"type\": \"string\" }", "", "TEP202 risky trial_started.a")]
    [InlineData("a deprecated optional property is removed", "\"a\": { \"type\": \"string\", \"deprecated\": \"\" }", "", "TEP202 safe trial_started.a")]
    [InlineData("a required property is renamed", "\"a\": { \"type\": \"string\", \"required\": true }", "\"b\": { \"type\": \"string\", \"required\": true }", "TEP203 breaking trial_started.a")]
    [InlineData("an optional property is renamed", "\"a\": { \"type\": \"string\" }", "\"b\": { \"type\": \"string\" }", "TEP203 risky trial_started.a")]
    [InlineData("a deprecated optional property is renamed", "\"a\": { \"type\": \"string\", \"deprecated\": \"\" }", "\"b\": { \"type\": \"string\" }", "TEP203 safe trial_started.a")]
    [InlineData("two candidates are no renaming", "\"a\": { \"type\": \"string\" }", "\"b\": { \"type\": \"string\" }, \"c\": { \"type\": \"string\" }", "TEP202 risky trial_started.a|TEP205 safe trial_started.b|TEP205 safe trial_started.c")]
    [InlineData("one candidate for two is no renaming", "\"a\": { \"type\": \"string\" }, \"b\": { \"type\": \"string\" }", "\"c\": { \"type\": \"string\" }", "TEP202 risky trial_started.a|TEP202 risky trial_started.b|TEP205 safe trial_started.c")]
    [InlineData("other limits are no renaming", "\"a\": { \"type\": \"string\" }", "\"b\": { \"type\": \"string\", \"maxLength\": 3 }", "TEP202 risky trial_started.a|TEP205 safe trial_started.b")]
    [InlineData("a property is added", "", "\"a\": { \"type\": \"string\" }", "TEP205 safe trial_started.a")]
    [InlineData("a required property is added", "", "\"a\": { \"type\": \"string\", \"required\": true }", "TEP205 safe trial_started.a")]
    [InlineData("required becomes optional", "\"a\": { \"type\": \"string\", \"required\": true }", "\"a\": { \"type\": \"string\" }", "TEP206 breaking trial_started.a")]
    [InlineData("optional becomes required", "\"a\": { \"type\": \"string\" }", "\"a\": { \"type\": \"string\", \"required\": true }", "TEP207 safe trial_started.a")]
    [InlineData("another type", "\"a\": { \"type\": \"string\" }", "\"a\": { \"type\": \"integer\" }", "TEP301 breaking trial_started.a")]
    [InlineData("a list of one", "\"a\": { \"type\": \"string\" }", "\"a\": { \"type\": \"string[]\" }", "TEP301 breaking trial_started.a")]
    [InlineData("integer becomes number", "\"a\": { \"type\": \"integer\" }", "\"a\": { \"type\": \"number\" }", "TEP301 risky trial_started.a")]
    [InlineData("number becomes integer", "\"a\": { \"type\": \"number\" }", "\"a\": { \"type\": \"integer\" }", "TEP301 safe trial_started.a")]
    [InlineData("another date form with the same type", "\"a\": { \"type\": \"string\", \"format\": \"date-time\" }", "\"a\": { \"type\": \"string\", \"format\": \"date-and-time\" }", "TEP302 breaking trial_started.a")]
    [InlineData("another date form with another type", "\"a\": { \"type\": \"string\", \"format\": \"date-time\" }", "\"a\": { \"type\": \"integer\", \"format\": \"unix-ms\" }", "TEP302 breaking trial_started.a")]
    [InlineData("another form of a Boolean", "\"a\": { \"type\": \"string\", \"format\": \"boolean-string\" }", "\"a\": { \"type\": \"boolean\" }", "TEP302 breaking trial_started.a")]
    [InlineData("another unit", "\"a\": { \"type\": \"integer\", \"format\": \"duration-ms\" }", "\"a\": { \"type\": \"integer\" }", "TEP302 breaking trial_started.a")]
    [InlineData("a value is added", "\"a\": { \"type\": \"string\", \"values\": [\"x\"] }", "\"a\": { \"type\": \"string\", \"values\": [\"x\", \"y\"] }", "TEP401 risky trial_started.a")]
    [InlineData("a value is removed", "\"a\": { \"type\": \"string\", \"values\": [\"x\", \"y\"] }", "\"a\": { \"type\": \"string\", \"values\": [\"x\"] }", "TEP402 safe trial_started.a")]
    [InlineData("an enum's member is renamed", "\"a\": { \"type\": \"string\", \"open\": true, \"values\": [\"x\", \"y\"] }", "\"a\": { \"type\": \"string\", \"open\": true, \"values\": [\"x\", \"z\"] }", "TEP403 breaking trial_started.a")]
    [InlineData("allowed values aren't renamed", "\"a\": { \"type\": \"string\", \"values\": [\"x\", \"y\"] }", "\"a\": { \"type\": \"string\", \"values\": [\"x\", \"z\"] }", "TEP401 risky trial_started.a|TEP402 safe trial_started.a")]
    [InlineData("two members go and come", "\"a\": { \"type\": \"string\", \"open\": true, \"values\": [\"w\", \"x\"] }", "\"a\": { \"type\": \"string\", \"open\": true, \"values\": [\"y\", \"z\"] }", "TEP401 risky trial_started.a|TEP402 safe trial_started.a")]
    [InlineData("values are given up", "\"a\": { \"type\": \"string\", \"values\": [\"x\"] }", "\"a\": { \"type\": \"string\" }", "TEP404 risky trial_started.a")]
    [InlineData("values are set", "\"a\": { \"type\": \"string\" }", "\"a\": { \"type\": \"string\", \"values\": [\"x\"] }", "TEP405 safe trial_started.a")]
    [InlineData("a denied value is allowed", "\"a\": { \"type\": \"string\", \"denied\": [\"x\"] }", "\"a\": { \"type\": \"string\" }", "TEP401 risky trial_started.a")]
    [InlineData("a value is denied", "\"a\": { \"type\": \"string\" }", "\"a\": { \"type\": \"string\", \"denied\": [\"x\"] }", "TEP402 safe trial_started.a")]
    [InlineData("a minimum falls", "\"a\": { \"type\": \"integer\", \"min\": 2 }", "\"a\": { \"type\": \"integer\", \"min\": 1 }", "TEP406 risky trial_started.a")]
    [InlineData("a minimum is given up", "\"a\": { \"type\": \"integer\", \"min\": 2 }", "\"a\": { \"type\": \"integer\" }", "TEP406 risky trial_started.a")]
    [InlineData("a maximum rises", "\"a\": { \"type\": \"integer\", \"max\": 9 }", "\"a\": { \"type\": \"integer\", \"max\": 10 }", "TEP406 risky trial_started.a")]
    [InlineData("a bound is no longer exclusive", "\"a\": { \"type\": \"number\", \"exclusiveMin\": 0 }", "\"a\": { \"type\": \"number\", \"min\": 0 }", "TEP406 risky trial_started.a")]
    [InlineData("an upper bound becomes exclusive", "\"a\": { \"type\": \"number\", \"max\": 1 }", "\"a\": { \"type\": \"number\", \"exclusiveMax\": 1 }", "TEP407 safe trial_started.a")]
    [InlineData("a minimum is set", "\"a\": { \"type\": \"integer\" }", "\"a\": { \"type\": \"integer\", \"min\": 1 }", "TEP407 safe trial_started.a")]
    [InlineData("a range moves", "\"a\": { \"type\": \"integer\", \"min\": 1, \"max\": 9 }", "\"a\": { \"type\": \"integer\", \"min\": 2, \"max\": 10 }", "TEP406 risky trial_started.a")]
    [InlineData("one number in two spellings", "\"a\": { \"type\": \"number\", \"min\": 1.0, \"max\": 1e2 }", "\"a\": { \"type\": \"number\", \"min\": 1, \"max\": 100 }", "")]
    [InlineData("a string may be longer", "\"a\": { \"type\": \"string\", \"maxLength\": 9 }", "\"a\": { \"type\": \"string\", \"maxLength\": 10 }", "TEP406 risky trial_started.a")]
    [InlineData("a string may be shorter", "\"a\": { \"type\": \"string\", \"minLength\": 2 }", "\"a\": { \"type\": \"string\", \"minLength\": 1 }", "TEP406 risky trial_started.a")]
    [InlineData("a list may be longer", "\"a\": { \"type\": \"string[]\", \"maxItems\": 9 }", "\"a\": { \"type\": \"string[]\" }", "TEP406 risky trial_started.a")]
    [InlineData("a list gets a limit", "\"a\": { \"type\": \"string[]\" }", "\"a\": { \"type\": \"string[]\", \"maxItems\": 9 }", "TEP407 safe trial_started.a")]
    [InlineData("another pattern", "\"a\": { \"type\": \"string\", \"pattern\": \"x\" }", "\"a\": { \"type\": \"string\", \"pattern\": \"y\" }", "TEP408 risky trial_started.a")]
    [InlineData("a pattern is given up", "\"a\": { \"type\": \"string\", \"pattern\": \"x\" }", "\"a\": { \"type\": \"string\" }", "TEP408 risky trial_started.a")]
    [InlineData("a pattern is set", "\"a\": { \"type\": \"string\" }", "\"a\": { \"type\": \"string\", \"pattern\": \"x\" }", "TEP408 safe trial_started.a")]
    [InlineData("another description", "\"a\": { \"type\": \"string\", \"description\": \"x\" }", "\"a\": { \"type\": \"string\", \"description\": \"y\", \"examples\": [\"z\"] }", "TEP501 safe trial_started.a")]
    [InlineData("a deprecation", "\"a\": { \"type\": \"string\" }", "\"a\": { \"type\": \"string\", \"deprecated\": \"Use b.\" }", "TEP502 safe trial_started.a")]
    [InlineData("no deprecation any more", "\"a\": { \"type\": \"string\", \"deprecated\": \"\" }", "\"a\": { \"type\": \"string\" }", "TEP502 safe trial_started.a")]
    [InlineData("a sensitivity is raised", "\"a\": { \"type\": \"string\", \"sensitivity\": \"personal\" }", "\"a\": { \"type\": \"string\", \"sensitivity\": \"sensitive\" }", "TEP503 risky trial_started.a")]
    [InlineData("a classification is removed", "\"a\": { \"type\": \"string\", \"classifications\": [\"T:V\"] }", "\"a\": { \"type\": \"string\" }", "TEP503 risky trial_started.a")]
    [InlineData("a name that looks personal", "", "\"email\": { \"type\": \"string\" }", "TEP205 safe trial_started.email|TEP504 risky trial_started.email")]
    [InlineData("a name that looks personal and has a class", "", "\"email\": { \"type\": \"string\", \"sensitivity\": \"personal\" }", "TEP205 safe trial_started.email")]
    [InlineData("a name that looks personal and was there", "\"email\": { \"type\": \"string\" }", "\"email\": { \"type\": \"string\" }", "")]
    [InlineData("another type says all of its limits", "\"a\": { \"type\": \"string\", \"maxLength\": 3, \"pattern\": \"x\" }", "\"a\": { \"type\": \"integer\", \"max\": 3 }", "TEP301 breaking trial_started.a")]
    public void A_change_of_properties(string change, string before, string after, string findings)
    {
        Assert.NotEmpty(change);
        Assert.Equal(findings, string.Join('|', PlanDiff.Compare(Plans.OfOneEvent(before), Plans.OfOneEvent(after)).Select(Plans.Line)));
    }

    private const string Two = "\"properties\": { \"a\": { \"type\": \"string\" }, \"b\": { \"type\": \"integer\" } }";
    private const string Three = "\"properties\": { \"a\": { \"type\": \"string\" }, \"b\": { \"type\": \"integer\" }, \"c\": { \"type\": \"string\" } }";

    [Theory]
    [InlineData("an event is removed", "{ \"x\": { " + Two + " } }", "{}", "TEP101 breaking x")]
    [InlineData("a deprecated event is removed", "{ \"x\": { \"deprecated\": \"\", " + Two + " } }", "{}", "TEP101 risky x")]
    [InlineData("an event is renamed", "{ \"x\": { " + Two + " } }", "{ \"y\": { " + Three + " } }", "TEP102 breaking x")]
    [InlineData("an event is renamed as it said", "{ \"x\": { \"deprecated\": \"\", \"replacedBy\": \"y\", \"properties\": {} } }", "{ \"y\": { " + Two + " } }", "TEP102 risky x")]
    [InlineData("an event is replaced without notice", "{ \"x\": { \"replacedBy\": \"y\", \"properties\": {} } }", "{ \"y\": { " + Two + " } }", "TEP102 breaking x")]
    [InlineData("two events that one could have become", "{ \"x\": { " + Two + " } }", "{ \"y\": { " + Two + " }, \"z\": { " + Three + " } }", "TEP101 breaking x|TEP104 safe y|TEP104 safe z")]
    [InlineData("an event that has half of the properties", "{ \"x\": { \"properties\": { \"a\": { \"type\": \"string\" } } } }", "{ \"y\": { " + Two + " } }", "TEP101 breaking x|TEP104 safe y")]
    [InlineData("events without properties aren't renamed", "{ \"x\": { \"properties\": {} } }", "{ \"y\": { \"properties\": {} } }", "TEP101 breaking x|TEP104 safe y")]
    [InlineData("an event is added", "{}", "{ \"x\": { " + Two + " } }", "TEP104 safe x")]
    [InlineData("an added event looks personal", "{}", "{ \"x\": { \"properties\": { \"phone\": { \"type\": \"string\" } } } }", "TEP104 safe x|TEP504 risky x.phone")]
    [InlineData("another type", "{ \"x\": { \"type\": \"A.X\", \"properties\": {} } }", "{ \"x\": { \"type\": \"B.X\", \"properties\": {} } }", "TEP105 safe x")]
    [InlineData("another assembly", "{ \"x\": { \"assembly\": \"A\", \"properties\": {} } }", "{ \"x\": { \"assembly\": \"B\", \"properties\": {} } }", "TEP105 safe x")]
    [InlineData("another owner", "{ \"x\": { \"owner\": \"a\", \"properties\": {} } }", "{ \"x\": { \"owner\": \"b\", \"properties\": {} } }", "TEP501 safe x")]
    [InlineData("other tags", "{ \"x\": { \"tags\": [\"a\"], \"properties\": {} } }", "{ \"x\": { \"properties\": {} } }", "TEP501 safe x")]
    [InlineData("a deprecation", "{ \"x\": { \"properties\": {} } }", "{ \"x\": { \"deprecated\": \"\", \"properties\": {} } }", "TEP502 safe x")]
    public void A_change_of_events(string change, string before, string after, string findings)
    {
        Assert.NotEmpty(change);
        Assert.Equal(findings, string.Join('|', PlanDiff.Compare(Plans.Of(before), Plans.Of(after)).Select(Plans.Line)));
    }

    [Theory]
    [InlineData("{ \"a\": { \"type\": \"string\" } }", "TEP104 safe x")]
    [InlineData("{ \"a\": { \"type\": \"integer\" } }", "TEP103 breaking x")]
    [InlineData("{}", "TEP103 breaking x")]
    public void A_removed_event_comes_back(string properties, string findings) =>
        Assert.Equal(findings, string.Join('|', PlanDiff.Compare(
            Plans.Of("{}", """{ "x": { "properties": { "a": "string" } } }"""),
            Plans.Of($$"""{ "x": { "properties": {{properties}} } }""")).Select(Plans.Line)));

    [Theory]
    [InlineData("\"type\": \"string\"", "TEP205 safe trial_started.a")]
    [InlineData("\"type\": \"integer\"", "TEP204 breaking trial_started.a")]
    [InlineData("\"type\": \"string\", \"format\": \"uuid\"", "TEP204 breaking trial_started.a")]
    public void A_removed_property_comes_back(string property, string findings) =>
        Assert.Equal(findings, string.Join('|', PlanDiff.Compare(
            Plans.OfOneEvent("", "\"removed\": { \"a\": { \"type\": \"string\" } },"),
            Plans.OfOneEvent($$"""
                "a": { {{property}} }
                """)).Select(Plans.Line)));

    [Fact]
    public void The_removal_of_an_event_that_was_never_tracked_is_only_risky() =>
        Assert.Equal("TEP101 risky x", Assert.Single(PlanDiff.Compare(
            Plans.Of("{ \"x\": { \"properties\": {} } }"),
            TrackingPlan.Empty,
            new DiffFacts { NeverTracked = new HashSet<string> { "x" } }).Select(Plans.Line)));

    [Fact]
    public void A_fingerprint_depends_on_the_change_and_not_on_words_or_places()
    {
        Finding finding = Assert.Single(PlanDiff.Compare(Plans.OfOneEvent("\"a\": { \"type\": \"string\" }"), Plans.OfOneEvent("\"a\": { \"type\": \"integer\" }")));

        Assert.Equal(finding.Fingerprint, (finding with { Message = "other words", Location = new SourceLocation("x", 9), Owner = "me", Level = FindingLevel.Safe }).Fingerprint);
        Assert.NotEqual(finding.Fingerprint, (finding with { After = "number" }).Fingerprint);
        Assert.NotEqual(finding.Fingerprint, (finding with { Property = "b" }).Fingerprint);
        Assert.Matches("^[0-9a-f]{16}$", finding.Fingerprint);
    }

    [Fact]
    public void A_removal_stands_at_the_line_of_the_older_plan_and_a_change_at_that_of_the_newer()
    {
        const string Old = "{ \"plan\": 1, \"events\": {\n\"x\": { \"properties\": {\n\"a\": { \"type\": \"string\" },\n\"b\": { \"type\": \"string\" } } } } }";
        const string New = "{ \"plan\": 1, \"events\": {\n\n\"x\": { \"properties\": { \"b\": { \"type\": \"integer\" } } } } }";

        IReadOnlyList<Finding> findings = PlanDiff.Compare(Plans.Parse(Old, "old.json"), Plans.Parse(New, "new.json"));

        Assert.Equal(["old.json(3,1)", "new.json(3,24)"], findings.Select(finding => finding.Location.ToString()));
    }
}
