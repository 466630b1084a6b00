using Json.Schema;

namespace TypedEvents.Cli.Tests;

/// <summary>Exports, compared with files, and the schemas with what they must accept.</summary>
public sealed class ExportTests
{
    /// <summary>Its <c>$id</c> can be registered once.</summary>
    private static readonly JsonSchema SchemaOfPlans = JsonSchema.FromText(PlanSchema.Text);

    [Fact]
    public void The_plan_itself() => Expected.Equal("plan.json", PlanWriter.Write(Samples.Plan));

    [Fact]
    public void A_catalog_in_Markdown() => Expected.Equal("plan.md", MarkdownExport.Write(Samples.Plan));

    [Fact]
    public void A_table_in_CSV() => Expected.Equal("plan.csv", CsvExport.Write(Samples.Plan));

    [Fact]
    public void JSON_Schema_of_all_events() => Expected.Equal("plan.schema.json", JsonSchemaExport.WriteBundle(Samples.Plan, isStrict: false));

    [Fact]
    public void Strict_JSON_Schema_of_an_event() =>
        Expected.Equal("trial_started.strict.schema.json", JsonSchemaExport.Write("trial_started", Samples.Plan.Events["trial_started"], isStrict: true));

    [Fact]
    public void A_plan_is_valid_by_the_schema_of_plans()
    {
        Assert.True(IsValid(SchemaOfPlans, PlanWriter.Write(Samples.Plan)));
        Assert.False(IsValid(SchemaOfPlans, """{ "plan": 1, "events": { "a": { "properties": { "b": { "type": "text" } } } } }"""));
    }

    /// <summary>A new key of the reader and the writer needs a line in the schema, or editors call a lock file wrong.</summary>
    [Fact]
    public void A_lock_file_is_valid_by_the_schema_of_plans() => Assert.True(IsValid(
        SchemaOfPlans,
        PlanWriter.Write(Plans.Of(
            """{ "a": { "changes": { "TEP206 b": "x" }, "removed": { "c": { "type": "string", "format": "uuid", "because": "y", "replacedBy": "b" } }, "properties": {} } }""",
            """{ "z": { "because": "", "replacedBy": "a", "assembly": "A", "properties": { "b": "string" } } }"""))));

    [Theory]
    [InlineData("everything", """{ "accepted": "true", "amount": 0.5, "company": "Acme", "interests": ["art", "8"], "level": 2, "plan": "pro", "seats": 1, "site": "/a", "started_at": "2026-01-01T00:00:00.000Z", "voucher": "AB1", "more": 1 }""", true)]
    [InlineData("an undefined value of an enum", """{ "accepted": "false", "company": "Acme", "plan": "7", "seats": 1, "started_at": "2026-01-01T00:00:00Z" }""", true)]
    [InlineData("an empty string with a pattern", """{ "accepted": "false", "company": "Acme", "plan": "pro", "seats": 1, "started_at": "2026-01-01T00:00:00Z", "voucher": "" }""", true)]
    [InlineData("a string of three UTF-16 units", """{ "accepted": "false", "company": "😀a", "plan": "pro", "seats": 1, "started_at": "2026-01-01T00:00:00Z" }""", true)]
    [InlineData("a value of an enum in another style", """{ "accepted": "false", "company": "Acme", "plan": "Pro", "seats": 1, "started_at": "2026-01-01T00:00:00Z" }""", false)]
    [InlineData("nothing", "{}", false)]
    [InlineData("another type", """{ "accepted": "false", "company": "Acme", "plan": "pro", "seats": "1", "started_at": "2026-01-01T00:00:00Z" }""", false)]
    [InlineData("a number outside of its range", """{ "accepted": "false", "company": "Acme", "plan": "pro", "seats": 0, "started_at": "2026-01-01T00:00:00Z" }""", false)]
    [InlineData("an exclusive bound", """{ "accepted": "false", "amount": 0, "company": "Acme", "plan": "pro", "seats": 1, "started_at": "2026-01-01T00:00:00Z" }""", false)]
    [InlineData("a denied value", """{ "accepted": "false", "level": 0, "company": "Acme", "plan": "pro", "seats": 1, "started_at": "2026-01-01T00:00:00Z" }""", false)]
    [InlineData("a voucher that doesn't match", """{ "accepted": "false", "company": "Acme", "plan": "pro", "seats": 1, "started_at": "2026-01-01T00:00:00Z", "voucher": "AB1x" }""", false)]
    public void A_schema_accepts(string what, string properties, bool isAccepted)
    {
        Assert.NotEmpty(what);
        Assert.Equal(isAccepted, IsValid(JsonSchema.FromText(JsonSchemaExport.Write("trial_started", Samples.Plan.Events["trial_started"], isStrict: false)), properties));
    }

    [Theory]
    [InlineData("[A-Z]{2}[0-9]+", "^(?:[A-Z]{2}[0-9]+)?$")]
    [InlineData("^a|b$", "^(?:a|b)?$")]
    [InlineData("(?:a|b)", "^(?:(?:a|b))?$")]
    [InlineData(@"a\.b\-c", @"^(?:a\.b\-c)?$")]
    [InlineData(@"\d", null)]
    [InlineData(@"\w", null)]
    [InlineData(@"\p{L}", null)]
    [InlineData("(?i)a", null)]
    [InlineData("(?<name>a)", null)]
    [InlineData("(?>a)", null)]
    [InlineData("[a-z-[aeiou]]", null)]
    [InlineData("a.b", null)]
    [InlineData("[]a]", null)]
    [InlineData("a^b", null)]
    [InlineData(@"\A", null)]
    public void A_pattern_is_exported_only_where_both_understand_it(string pattern, string? exported) => Assert.Equal(exported, PortablePattern.Of(pattern));

    private static bool IsValid(JsonSchema schema, string json) =>
        schema.Evaluate(System.Text.Json.JsonDocument.Parse(json).RootElement, new EvaluationOptions { RequireFormatValidation = true }).IsValid;
}
