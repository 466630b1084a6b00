using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using TypedEvents.Analyzers.Tests.Infrastructure;
using TypedEvents.Generators.Analyzers;

namespace TypedEvents.Analyzers.Tests;

/// <summary>Changes of the tracking plan are reported while they are typed, with the ids of the tool, and a code fix accepts them into the lock file.</summary>
public class PlanChangeTests
{
    private const string X = "[EngageEvent(\"x\")] public partial record X";
    private const string Plan = "using System.ComponentModel.DataAnnotations; public enum Plan { Free, Pro } ";
    private const string Other = " [EngageEvent(\"other\")] public partial record Other(int Count);";

    /// <summary>
    /// What each rule reports: the source that the lock file is of, the source now, what is underlined, how severe it is, and the words.
    /// </summary>
    public static TheoryData<string, string, string, string, DiagnosticSeverity, string> Changes => new()
    {
        { "TEP101", X + "(int A);", "", "lock:\"x\"", DiagnosticSeverity.Warning, "x was removed" },
        { "TEP101", "[Obsolete] " + X + "(int A);", "", "lock:\"x\"", DiagnosticSeverity.Info, "x was deprecated and is now removed" },
        { "TEP102", X + "(int A);", "[EngageEvent(\"y\")] public partial record X(int A);", "\"y\"", DiagnosticSeverity.Warning, "x is now y" },
        { "TEP102", "[Obsolete, EngageEvent(\"x\", ReplacedBy = \"y\")] public partial record X(int A);", "[EngageEvent(\"y\")] public partial record Y(int B);", "\"y\"", DiagnosticSeverity.Info, "x is now y" },
        { "TEP104", "", X + "(int A);", "\"x\"", DiagnosticSeverity.Hidden, "x is new" },
        { "TEP201", X + "(int A, int B);", X + "(int A);", "lock:\"b\"", DiagnosticSeverity.Warning, "x.b was always sent and is now removed" },
        { "TEP201", X + "(int A) { [Obsolete] public required int B { get; init; } }", X + "(int A);", "lock:\"b\"", DiagnosticSeverity.Info, "x.b was deprecated and is now removed" },
        { "TEP202", X + "(int A, int? B);", X + "(int A);", "lock:\"b\"", DiagnosticSeverity.Info, "x.b was removed" },
        { "TEP203", X + "(int A, string B);", X + "(int A, string C);", "C", DiagnosticSeverity.Warning, "x.b is now c" },
        { "TEP203", X + "(int A, string? B);", X + "(int A, string? C);", "C", DiagnosticSeverity.Info, "x.b is now c" },
        { "TEP205", X + "(int A);", X + "(int A, int B);", "B", DiagnosticSeverity.Hidden, "x.b is new and always sent" },
        { "TEP206", X + "(int A);", X + "(int? A);", "A", DiagnosticSeverity.Warning, "x.a was always sent and now may be missing" },
        { "TEP207", X + "(int? A);", X + "(int A);", "A", DiagnosticSeverity.Hidden, "x.a is now always sent" },
        { "TEP301", X + "(int A);", X + "(string A);", "A", DiagnosticSeverity.Warning, "x.a has another type" },
        { "TEP301", X + "(int A);", X + "(double A);", "A", DiagnosticSeverity.Info, "x.a has another type" },
        { "TEP302", X + "(DateTime A);", X + "([EventProperty(Date = DateFormat.UnixMilliseconds)] DateTime A);", "A", DiagnosticSeverity.Warning, "x.a is now written in another format" },
        { "TEP401", Plan + X + "(Plan A);", Plan.Replace("Free", "None, Free", StringComparison.Ordinal) + X + "(Plan A);", "A", DiagnosticSeverity.Info, "x.a may now be none" },
        { "TEP402", Plan + X + "(Plan A);", Plan.Replace("Free, ", "", StringComparison.Ordinal) + X + "(Plan A);", "A", DiagnosticSeverity.Hidden, "x.a is no longer free" },
        { "TEP403", Plan + X + "(Plan A);", Plan.Replace("Free", "Trial", StringComparison.Ordinal) + X + "(Plan A);", "A", DiagnosticSeverity.Warning, "x.a sends trial instead of free" },
        { "TEP404", Plan + X + "([AllowedValues(\"a\")] string A);", Plan + X + "(string A);", "A", DiagnosticSeverity.Info, "x.a may now have other values than a" },
        { "TEP405", Plan + X + "(string A);", Plan + X + "([AllowedValues(\"a\")] string A);", "A", DiagnosticSeverity.Hidden, "x.a now has a list of values: a" },
        { "TEP406", Plan + X + "([Range(1, 9)] int A);", Plan + X + "([Range(1, 10)] int A);", "A", DiagnosticSeverity.Info, "x.a may now be outside of the range that it had" },
        { "TEP407", Plan + X + "([StringLength(9)] string A);", Plan + X + "([StringLength(8)] string A);", "A", DiagnosticSeverity.Hidden, "x.a has a narrower range" },
        { "TEP408", Plan + X + "([RegularExpression(\"a\")] string A);", Plan + X + "([RegularExpression(\"b\")] string A);", "A", DiagnosticSeverity.Info, "x.a has another pattern" },
        { "TEP408", Plan + X + "(string A);", Plan + X + "([RegularExpression(\"b\")] string A);", "A", DiagnosticSeverity.Hidden, "x.a now has a pattern" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_change_is_reported_where_it_is_made_and_the_code_fix_accepts_it(string id, string before, string after, string underlined, DiagnosticSeverity severity, string words)
    {
        using var project = new LockedProject(before + Other);
        await project.AcceptEachAsync();
        Assert.Empty(await project.AnalyzeAsync());

        project.Edit(after + Other);
        Diagnostic change = Assert.Single(await project.AnalyzeAsync());

        Assert.Equal((id, severity, underlined, words), (change.Id, change.Severity, project.Underlined(change), LockedProject.Words(change)));
        await project.AcceptAsync(change);
        Assert.Equal(severity == DiagnosticSeverity.Warning ? ["TEP002"] : [], (await project.AnalyzeAsync()).Select(diagnostic => diagnostic.Id));
        Assert.Contains("\"other\"", project.Lock, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_comes_back_with_another_shape_is_reported()
    {
        using var project = new LockedProject(X + "(int A); [EngageEvent(\"y\")] public partial record Y(int A, string B);");
        await project.AcceptEachAsync();
        project.Edit("[EngageEvent(\"y\")] public partial record Y(int A);");
        await project.AcceptEachAsync();
        project.EditLock(project.Lock.Replace("\"because\": \"\"", "\"because\": \"Nobody looked.\"", StringComparison.Ordinal));
        Assert.Empty(await project.AnalyzeAsync());

        project.Edit(X + "(string C, string D); [EngageEvent(\"y\")] public partial record Y(int A, int B);");

        IReadOnlyList<Diagnostic> changes = await project.AnalyzeAsync();
        Assert.Equal(["TEP103", "TEP204"], changes.Select(change => change.Id));
        Assert.Equal(["\"x\"", "B"], changes.Select(project.Underlined));
        Assert.Equal(
            ["x comes back with other properties under a name that was removed", "y.b comes back with another type under a name that was removed"],
            changes.Select(LockedProject.Words));
    }

    /// <summary>The tests above show each rule.</summary>
    [Fact]
    public void Every_rule_of_a_change_is_shown() => Assert.Equal(
        PlanRules.Changes.Select(rule => rule.Id),
        Changes.Select(row => row.Data.Item1).Concat(["TEP103", "TEP204"]).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("x", "typedevents plan accept --only x --because \"…\"")]
    [InlineData("checkout done", "typedevents plan accept --only \"checkout done\" --because \"…\"")]
    public async Task A_message_says_how_to_accept_the_change(string name, string command)
    {
        using var project = new LockedProject("", $$"""{ "plan": 1, "events": { "{{name}}": { "type": "X", "assembly": "Shop", "properties": {} } } }""");

        Assert.Equal(
            $"{name} was removed; if that is meant, accept it into the lock file: by the code fix, or with '{command}'",
            Assert.Single(await project.AnalyzeAsync()).GetMessage(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_change_in_the_source_refers_to_its_line_of_the_lock_file()
    {
        using var project = new LockedProject(X + "(int A, int B);");
        await project.AcceptEachAsync();
        project.Edit(X + "(int A, int? B);");

        Diagnostic change = Assert.Single(await project.AnalyzeAsync());
        Location locked = Assert.Single(change.AdditionalLocations);
        Assert.Equal(("lock:\"b\"", "/repository/typedevents.lock.json"), (project.Underlined(locked), locked.GetLineSpan().Path));
    }

    [Fact]
    public async Task An_editor_reports_changes_of_an_open_file()
    {
        using var project = new LockedProject(X + "(int A);" + Other);
        await project.AcceptEachAsync();
        project.Edit(X + "(int? A);" + Other);

        Assert.Equal(["TEP206"], (await project.AnalyzeSourceAsync()).Select(diagnostic => diagnostic.Id));
    }

    [Fact]
    public async Task The_code_fix_writes_the_plan_as_the_tool_does()
    {
        using var project = new LockedProject("""
            /// <summary>A trial.</summary>
            [EngageEvent("trial_started", Owner = "@acme/growth", Tags = new[] { "b", "a" })]
            public partial record TrialStarted([EventSensitivity(Sensitivity.Personal)] string Company, int? Seats = null);
            """);
        await project.AcceptEachAsync();

        Assert.Equal(
            """
            {
              "$schema": "https://github.com/typedevents/typedevents/schemas/typedevents.plan.1.schema.json",
              "plan": 1,
              "events": {
                "trial_started": {
                  "description": "A trial.",
                  "owner": "@acme/growth",
                  "tags": ["a", "b"],
                  "type": "TrialStarted",
                  "assembly": "Shop",
                  "properties": {
                    "company": { "type": "string", "required": true, "sensitivity": "personal" },
                    "seats": { "type": "integer" }
                  }
                }
              }
            }

            """,
            project.Lock);
    }

    [Fact]
    public async Task The_code_fix_leaves_changes_of_other_events_open()
    {
        using var project = new LockedProject(X + "(int A);" + Other);
        await project.AcceptEachAsync();
        project.Edit(X + "(int? A);" + Other.Replace("int Count", "int? Count", StringComparison.Ordinal));

        await project.AcceptAsync((await project.AnalyzeAsync()).Single(change => LockedProject.Words(change).StartsWith("x.", StringComparison.Ordinal)));

        Assert.Equal(
            ["TEP002 x was changed (TEP206 a: integer, required to integer) without a reason; add one in typedevents.lock.json", "TEP206 other.count was always sent and now may be missing"],
            (await project.AnalyzeAsync()).Select(diagnostic => $"{diagnostic.Id} {LockedProject.Words(diagnostic)}"));
    }

    [Fact]
    public async Task The_code_fix_accepts_a_rename_as_a_whole()
    {
        using var project = new LockedProject(X + "(int A);" + Other);
        await project.AcceptEachAsync();
        project.Edit("[EngageEvent(\"y\")] public partial record X(int A);" + Other);

        await project.AcceptAsync(Assert.Single(await project.AnalyzeAsync()));

        Assert.Equal("lock:\"x\"", project.Underlined(Assert.Single(await project.AnalyzeAsync())));
        Assert.Contains("""    "x": { "because": "", "replacedBy": "y", "assembly": "Shop", "properties": { "a": "integer" } }""", project.Lock, StringComparison.Ordinal);
        Assert.Contains("\"y\": {", project.Lock, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FixAllScope.Document)]
    [InlineData(FixAllScope.Project)]
    public async Task All_events_of_a_project_are_accepted_at_once(FixAllScope scope)
    {
        using var project = new LockedProject(X + "(int A);" + Other);
        Diagnostic added = (await project.AnalyzeAsync())[0];
        Assert.Equal("TEP104", added.Id);

        await project.FixAllAsync(added, scope);

        Assert.Empty(await project.AnalyzeAsync());
        Assert.Contains("\"other\"", project.Lock, StringComparison.Ordinal);
        Assert.Contains("\"x\"", project.Lock, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_removed_events_are_accepted_at_once()
    {
        using var project = new LockedProject(X + "(int A);" + Other);
        await project.AcceptEachAsync();
        project.Edit("");
        Diagnostic removed = (await project.AnalyzeAsync())[0];

        await project.FixAllAsync(removed, FixAllScope.Document);

        Assert.Equal(["TEP002", "TEP002"], (await project.AnalyzeAsync()).Select(diagnostic => diagnostic.Id));
    }

    [Fact]
    public async Task All_events_of_a_solution_are_accepted_into_the_file_that_its_projects_share()
    {
        using var project = new LockedProject(X + "(int A);");
        project.AddReferenced("Billing", "[EngageEvent(\"paid\")] public partial record Paid(int Amount);");

        await project.FixAllAsync(Assert.Single(await project.AnalyzeAsync()), FixAllScope.Solution);

        Assert.Empty(await project.AnalyzeAsync());
        Assert.Empty(await project.AnalyzeAsync("Billing"));
        Assert.Contains("\"assembly\": \"Billing\"", project.Lock, StringComparison.Ordinal);
        Assert.Contains("\"assembly\": \"Shop\"", project.Lock, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[EngageEvent(\"x\")] public partial record X(int? A);", "changed")]
    [InlineData("", "removed")]
    public async Task Changes_of_events_in_a_referenced_assembly_are_reported_there_only(string now, string what)
    {
        const string Lock = """{ "plan": 1, "events": { "x": { "type": "X", "assembly": "Billing", "properties": { "a": { "type": "integer", "required": true } } } }, "removed": { "z": { "because": "", "assembly": "Billing", "properties": {} } } }""";
        using var project = new LockedProject("", Lock);
        project.AddReferenced("Billing", now);

        Assert.True((await project.AnalyzeAsync()).Count == 0, what);
        Assert.Equal(2, (await project.AnalyzeAsync("Billing")).Count);
    }

    [Fact]
    public async Task An_event_of_the_same_name_as_one_of_a_referenced_assembly_is_not_compared_with_that_one()
    {
        const string Lock = """{ "plan": 1, "events": { "x": { "type": "X", "assembly": "Billing", "properties": { "a": { "type": "integer", "required": true } } } } }""";
        using var project = new LockedProject("namespace Tests { [EngageEvent(\"x\")] public partial record X(string B); }", Lock);
        project.AddReferenced("Billing", X + "(int A);");

        Assert.Empty(await project.AnalyzeAsync());
    }

    [Fact]
    public async Task An_event_that_moved_to_a_referenced_assembly_is_not_reported_as_removed()
    {
        const string Lock = """{ "plan": 1, "events": { "x": { "type": "X", "assembly": "Shop", "properties": { "a": { "type": "integer", "required": true } } } } }""";
        using var project = new LockedProject("", Lock);
        project.AddReferenced("Billing", X + "(int A);");

        Assert.Empty(await project.AnalyzeAsync());
    }

    /// <summary>The tool doesn't call such a lock outdated, so it would never be compared again.</summary>
    [Fact]
    public async Task Events_of_an_assembly_with_a_new_name_are_still_compared()
    {
        const string Lock = """{ "plan": 1, "events": { "x": { "type": "X", "assembly": "Shop.Old", "properties": { "a": { "type": "integer", "required": true } } } } }""";
        using var project = new LockedProject(X + "(int? A);", Lock);

        Assert.Equal(["TEP206"], (await project.AnalyzeAsync()).Select(change => change.Id));
    }

    [Fact]
    public async Task Events_of_other_assemblies_stay_in_the_lock_file()
    {
        const string Lock = """{ "plan": 1, "events": { "theirs": { "type": "Theirs", "assembly": "Elsewhere", "properties": { "a": { "type": "integer" } } } } }""";
        using var project = new LockedProject(X + "(int A);", Lock);

        Diagnostic change = Assert.Single(await project.AnalyzeAsync());
        await project.AcceptAsync(change);

        Assert.Equal("TEP104", change.Id);
        Assert.Contains("\"theirs\"", project.Lock, StringComparison.Ordinal);
        Assert.Empty(await project.AnalyzeAsync());
    }

    [Theory]
    [InlineData(X + "(int A, );", "a parameter that is being typed")]
    [InlineData(X + "(object A);", "a type that can't be sent")]
    [InlineData(X + "(int A, Unknown B);", "a type that doesn't exist")]
    [InlineData("[EngageEvent(Names.X)] public partial record X(int A);", "a name that doesn't exist")]
    [InlineData("[EngageEvent] public partial record X(int A);", "no name yet")]
    public async Task An_event_that_is_being_typed_is_not_reported_as_removed(string source, string what)
    {
        using var project = new LockedProject(X + "(int A);");
        await project.AcceptEachAsync();
        project.Edit(source);

        Assert.True((await project.AnalyzeAsync()).Count == 0, what);
    }

    [Theory]
    [InlineData("{ \"plan\": 1,\n  \"events\": { ] }", 1, 14, "this isn't valid JSON")]
    [InlineData("{ \"plan\": 1,\n  \"evnts\": {} }", 1, 11, "'evnts' is unknown here. If a newer TypedEvents wrote it, update the package TypedEvents")]
    [InlineData("{\n  \"plan\": 2,\n  \"events\": {} }", 1, 10, "it was made by a newer TypedEvents (plan 2, and this package knows 1). Update the package TypedEvents")]
    [InlineData("{\n<<<<<<< HEAD\n  \"plan\": 1\n=======\n", 1, 0, "it has unresolved merge conflicts. Take either side, and run 'typedevents plan accept': it brings the file up to date")]
    [InlineData("{ \"plan\": 1,\n  \"events\": { \"x\": { \"properties\": { \"a\": { \"type\": \"text\" } } } } }", 1, 52, "one of string, integer, number, boolean, string[] is expected")]
    [InlineData("{ \"plan\": 1,\n  \"events\": {", 1, 13, "the file ends too early")]
    [InlineData("{}", 0, 0, "it isn't a plan: it has no \"plan\": 1")]
    [InlineData("", 0, 0, "the file ends too early")]
    public async Task A_lock_file_that_can_not_be_read_is_reported_once_and_at_the_place(string lockText, int line, int character, string problem)
    {
        using var project = new LockedProject(X + "(int A);" + Other, lockText);

        Diagnostic broken = Assert.Single(await project.AnalyzeAsync());

        Assert.Equal(("TEP003", $"typedevents.lock.json can't be read, so changes of the tracking plan aren't reported: {problem}"), (broken.Id, broken.GetMessage(CultureInfo.InvariantCulture)));
        FileLinePositionSpan place = broken.Location.GetLineSpan();
        Assert.Equal(("/repository/typedevents.lock.json", line, character), (place.Path, place.StartLinePosition.Line, place.StartLinePosition.Character));
    }

    [Fact]
    public async Task A_missing_reason_is_reported_where_it_belongs()
    {
        using var project = new LockedProject(
            X + "(int? A);",
            """
            {
              "plan": 1,
              "events": {
                "x": {
                  "type": "X",
                  "assembly": "Shop",
                  "properties": {
                    "a": { "type": "integer" }
                  },
                  "changes": {
                    "TEP206 a: integer, required to integer": ""
                  },
                  "removed": {
                    "b": { "type": "string", "because": "" },
                    "c": { "type": "string", "because": "Nobody used it." }
                  }
                }
              },
              "removed": {
                "y": { "because": "", "assembly": "Shop", "properties": {} }
              }
            }
            """);

        Assert.Equal(
            [
                "lock:\"TEP206 a: integer, required to integer\" x was changed (TEP206 a: integer, required to integer) without a reason; add one in typedevents.lock.json",
                "lock:\"b\" x.b was removed without a reason; add one in typedevents.lock.json",
                "lock:\"y\" y was removed without a reason; add one in typedevents.lock.json",
            ],
            (await project.AnalyzeAsync()).Select(diagnostic => $"{project.Underlined(diagnostic)} {LockedProject.Words(diagnostic)}"));
    }

    [Theory]
    [InlineData("[*.cs]\ndotnet_diagnostic.TEP206.severity = error", DiagnosticSeverity.Error)]
    [InlineData("[*.cs]\ndotnet_diagnostic.TEP206.severity = suggestion", DiagnosticSeverity.Info)]
    [InlineData("[*.cs]\ndotnet_diagnostic.TEP206.severity = silent", DiagnosticSeverity.Hidden)]
    [InlineData("[*.cs]\ndotnet_diagnostic.TEP206.severity = none", null)]
    [InlineData("[*]\ntypedevents_plan.TEP206.level = risky", DiagnosticSeverity.Info)]
    [InlineData("[*.json]\ntypedevents_plan.TEP206.level = safe", DiagnosticSeverity.Hidden)]
    [InlineData("[*]\ntypedevents_plan.TEP206.level = none", null)]
    public async Task A_severity_can_be_set(string editorConfig, DiagnosticSeverity? severity)
    {
        const string Lock = """{ "plan": 1, "events": { "x": { "type": "X", "assembly": "Shop", "properties": { "a": { "type": "integer", "required": true } } } } }""";
        using var project = new LockedProject(X + "(int? A);", Lock, editorConfig);

        Assert.Equal(severity, (await project.AnalyzeAsync()).SingleOrDefault()?.Severity);
    }

    [Fact]
    public async Task Without_a_lock_file_nothing_is_reported() =>
        Assert.DoesNotContain((await UserProject.CheckAsync(Verify.Usings + X + "(int A);")).Ids, id => id.StartsWith("TEP", StringComparison.Ordinal));

    [Theory]
    [InlineData("\r\n", "\r\n")]
    [InlineData("\n", "\n")]
    public async Task Line_ends_of_the_lock_file_are_kept(string before, string after)
    {
        using var project = new LockedProject(X + "(int A);", $"{{{before}  \"plan\": 1,{before}  \"events\": {{}}{before}}}{before}");
        await project.AcceptEachAsync();

        Assert.Equal(project.Lock.ReplaceLineEndings(after), project.Lock);
        Assert.EndsWith("}" + after, project.Lock, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_property_of_a_flattened_record_is_reported_at_the_property_of_the_event()
    {
        const string Before = "public record Inner(string B); [EngageEvent(\"x\")] public partial record X([Flatten] Inner A);";
        using var project = new LockedProject(Before);
        await project.AcceptEachAsync();
        project.Edit(Before.Replace("string B", "string? B", StringComparison.Ordinal));

        Diagnostic change = Assert.Single(await project.AnalyzeAsync());
        Assert.Equal(("TEP206", "A"), (change.Id, project.Underlined(change)));
    }
}
