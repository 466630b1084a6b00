namespace TypedEvents.Cli.Tests;

/// <summary>The lock file: what is accepted, with which reason, and what a later check makes of it.</summary>
public sealed class LockFileTests
{
    private static readonly DiffFacts Facts = new();

    [Fact]
    public void The_first_lock_is_the_plan()
    {
        TrackingPlan plan = Plans.OfOneEvent("\"a\": { \"type\": \"string\" }");

        Assert.Equal(PlanWriter.Write(plan), PlanWriter.Write(LockFile.Accept(TrackingPlan.Empty, plan, null, null, Facts)));
    }

    [Fact]
    public void A_break_needs_a_reason()
    {
        TrackingPlan before = Plans.OfOneEvent("\"a\": { \"type\": \"string\", \"required\": true }");
        TrackingPlan after = Plans.OfOneEvent("\"a\": { \"type\": \"string\" }");

        foreach (string? because in new[] { null, "", "  " })
        {
            Assert.Equal(
                "1 change breaks readers of the events: TEP206 trial_started.a was always sent and now may be missing. Say why that is meant: --because \"…\"",
                Assert.Throws<ToolException>(() => LockFile.Accept(before, after, because, null, Facts)).Message);
        }
    }

    [Fact]
    public void The_reason_for_a_change_stands_beside_the_event()
    {
        TrackingPlan accepted = LockFile.Accept(
            Plans.OfOneEvent("\"a\": { \"type\": \"string\", \"required\": true }"), Plans.OfOneEvent("\"a\": { \"type\": \"string\" }"), "Guests have none.", null, Facts);

        Assert.Equal(new Dictionary<string, string> { ["TEP206 a: string, required to string"] = "Guests have none." }, accepted.Events["trial_started"].Changes);
    }

    [Fact]
    public void A_removed_property_stays_reserved_with_its_reason()
    {
        TrackingPlan accepted = LockFile.Accept(Plans.OfOneEvent("\"a\": { \"type\": \"string\", \"format\": \"uuid\", \"required\": true }"), Plans.OfOneEvent(""), "Nobody used it.", null, Facts);

        Assert.Equal(new RemovedProperty("string", "uuid", "Nobody used it.", null), accepted.Events["trial_started"].Removed["a"]);
        TrackingPlan later = LockFile.Accept(accepted, Plans.OfOneEvent("\"b\": { \"type\": \"string\" }"), null, null, Facts);
        Assert.Equal("Nobody used it.", later.Events["trial_started"].Removed["a"].Because);
        Assert.Equal(["TEP204 breaking trial_started.a"], PlanDiff.Compare(later, Plans.OfOneEvent("\"a\": { \"type\": \"integer\" }, \"b\": { \"type\": \"string\" }")).Select(Plans.Line));
    }

    [Fact]
    public void A_property_that_comes_back_is_no_longer_removed()
    {
        TrackingPlan removed = LockFile.Accept(Plans.OfOneEvent("\"a\": { \"type\": \"string\" }"), Plans.OfOneEvent(""), null, null, Facts);

        Assert.Null(removed.Events["trial_started"].Removed["a"].Because);
        Assert.Empty(LockFile.Accept(removed, Plans.OfOneEvent("\"a\": { \"type\": \"string\" }"), null, null, Facts).Events["trial_started"].Removed);
    }

    [Fact]
    public void A_removed_event_stays_reserved_with_its_types()
    {
        TrackingPlan accepted = LockFile.Accept(Plans.OfOneEvent("\"a\": { \"type\": \"string\" }", "\"assembly\": \"Acme\","), TrackingPlan.Empty, "Over.", null, Facts);

        RemovedEvent removed = accepted.Removed["trial_started"];
        Assert.Equal(("Over.", "Acme"), (removed.Because, removed.Assembly));
        Assert.Equal(new Dictionary<string, string> { ["a"] = "string" }, removed.Properties);
        Assert.Empty(LockFile.Accept(accepted, Plans.OfOneEvent("\"a\": { \"type\": \"string\" }"), null, null, Facts).Removed);
        Assert.Equal("Again.", LockFile.Accept(accepted, Plans.OfOneEvent("\"a\": { \"type\": \"integer\" }"), "Again.", null, Facts).Events["trial_started"].Changes.Values.Single());
    }

    [Fact]
    public void The_notice_of_a_deprecated_event_is_the_reason_for_its_removal()
    {
        TrackingPlan accepted = LockFile.Accept(Plans.OfOneEvent("", "\"deprecated\": \"Use b.\","), TrackingPlan.Empty, null, null, Facts);

        Assert.Equal("Use b.", accepted.Removed["trial_started"].Because);
    }

    [Fact]
    public void A_renamed_event_names_its_new_name()
    {
        TrackingPlan accepted = LockFile.Accept(
            Plans.Of("""{ "x": { "properties": { "a": { "type": "string" } } } }"""), Plans.Of("""{ "y": { "properties": { "a": { "type": "string" } } } }"""), "Clearer.", null, Facts);

        Assert.Equal(("Clearer.", "y"), (accepted.Removed["x"].Because, accepted.Removed["x"].ReplacedBy));
        Assert.Equal(["y"], accepted.Events.Keys);
    }

    [Fact]
    public void Only_one_event_is_accepted()
    {
        TrackingPlan before = Plans.Of("""{ "x": { "properties": { "a": { "type": "string" } } }, "y": { "properties": { "a": { "type": "string" } } } }""");
        TrackingPlan after = Plans.Of("""{ "x": { "properties": { "a": { "type": "integer" } } }, "y": { "properties": { "a": { "type": "integer" } } }, "z": { "properties": {} } }""");

        TrackingPlan accepted = LockFile.Accept(before, after, "Meant.", "x", Facts);

        Assert.Equal(["x", "y"], accepted.Events.Keys);
        Assert.Equal(("integer", "string"), (accepted.Events["x"].Properties["a"].Type, accepted.Events["y"].Properties["a"].Type));
        Assert.Equal(["TEP104 safe z", "TEP301 breaking y.a"], PlanDiff.Compare(accepted, after).Select(Plans.Line).Order());
    }

    [Fact]
    public void A_lock_is_outdated_by_everything_but_types_and_assemblies()
    {
        TrackingPlan plan = Plans.OfOneEvent("\"a\": { \"type\": \"string\" }", "\"type\": \"A.B\", \"assembly\": \"A\",");

        Assert.False(LockFile.IsOutdated(Plans.OfOneEvent("\"a\": { \"type\": \"string\" }", "\"type\": \"C.D\", \"changes\": { \"TEP206 a\": \"x\" }, \"removed\": { \"z\": { \"type\": \"string\" } },"), plan));
        Assert.True(LockFile.IsOutdated(Plans.OfOneEvent("\"a\": { \"type\": \"string\", \"description\": \"x\" }"), plan));
        Assert.True(LockFile.IsOutdated(TrackingPlan.Empty, plan));
    }

    [Fact]
    public void A_break_with_a_new_reason_is_accepted_and_one_with_an_old_reason_is_not()
    {
        TrackingPlan older = Plans.OfOneEvent("\"a\": { \"type\": \"string\", \"required\": true }, \"b\": { \"type\": \"string\", \"required\": true }");
        TrackingPlan build = Plans.OfOneEvent("\"a\": { \"type\": \"string\" }");
        TrackingPlan newer = LockFile.Accept(older, build, "Meant.", null, Facts);

        Assert.Equal(
            ["TEP206 Meant.", "TEP201 Meant."],
            LockFile.WithReasons(PlanDiff.Compare(older, build), older, newer).Select(finding => $"{finding.Id} {finding.Accepted}"));

        // The same break once more: the reason is that of the first one.
        TrackingPlan restored = Plans.OfOneEvent("\"a\": { \"type\": \"string\", \"required\": true }", "\"changes\": { \"TEP206 a: string, required to string\": \"Meant.\" },");
        TrackingPlan same = restored with { Events = newer.Events };
        Assert.Equal(["TEP206 "], LockFile.WithReasons(PlanDiff.Compare(restored, build), restored, same).Select(finding => $"{finding.Id} {finding.Accepted}"));
    }

    [Theory]
    [InlineData("old")]
    [InlineData("new")]
    public void A_rename_is_accepted_as_a_whole_by_either_name(string only)
    {
        TrackingPlan before = Plans.Of("""{ "old": { "properties": { "a": { "type": "string" } } } }""");
        TrackingPlan after = Plans.Of("""{ "new": { "properties": { "a": { "type": "string" } } } }""");

        TrackingPlan accepted = LockFile.Accept(before, after, "A better name.", only, Facts);

        Assert.Equal(["new"], accepted.Events.Keys);
        Assert.Equal(("A better name.", "new"), (accepted.Removed["old"].Because, accepted.Removed["old"].ReplacedBy));
    }

    [Fact]
    public void A_missing_reason_has_the_place_where_it_belongs()
    {
        TrackingPlan locked = Plans.Parse("""
            { "plan": 1, "events": { "x": { "properties": { "a": { "type": "string" } },
              "changes": {
                "TEP206 a": "" },
              "removed": {
                "b": { "type": "string", "because": "" } } } },
              "removed": {
                "y": { "because": "", "properties": {} } } }
            """);

        Assert.Equal(
            ["x was changed (TEP206 a) at 3,5", "x.b was removed at 5,5", "y was removed at 7,5"],
            LockFile.CheckReasons(locked, "plan.json")
                .Select(finding => $"{finding.Subject} {finding.Message[..finding.Message.IndexOf(" without", StringComparison.Ordinal)]} at {finding.Location!.Value.Line},{finding.Location!.Value.Column}")
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Reasons_that_are_missing_are_found()
    {
        TrackingPlan locked = Plans.Of(
            """{ "x": { "properties": {}, "changes": { "TEP206 a": "" }, "removed": { "b": { "type": "string", "because": "" }, "c": { "type": "string" } } } }""",
            """{ "y": { "because": "", "properties": {} }, "z": { "because": "Said.", "properties": {} } }""");

        Assert.Equal(["TEP002 breaking x", "TEP002 breaking x.b", "TEP002 breaking y"], LockFile.CheckReasons(locked, "typedevents.lock.json").Select(Plans.Line).Order());
    }
}
