namespace TypedEvents.Cli.Tests;

/// <summary>The plan's file: the same plan is always the same bytes, and a file that isn't a plan is explained at its line.</summary>
public sealed class PlanFileTests
{
    private const string Canonical = """
        {
          "$schema": "https://github.com/typedevents/typedevents/schemas/typedevents.plan.1.schema.json",
          "plan": 1,
          "events": {
            "trial_started": {
              "description": "Eine Kundin begann — „probeweise“ 🎈.",
              "owner": "@acme/growth",
              "tags": ["billing", "trial"],
              "type": "Acme.Billing.TrialStarted",
              "assembly": "Acme.Billing",
              "deprecated": "Use trial_begun.",
              "replacedBy": "trial_begun",
              "properties": {
                "company": { "type": "string", "required": true, "minLength": 2, "maxLength": 50, "sensitivity": "personal" },
                "interests": { "type": "string[]", "values": ["a", "b"], "open": true, "flags": true, "minItems": 1, "maxItems": 10 },
                "plan": { "type": "string", "required": true, "values": ["free", "pro"], "description": "What they try." },
                "seats": { "type": "integer", "min": 1, "exclusiveMax": 100, "classifications": ["Acme:Private"] },
                "started_at": { "type": "string", "format": "date-time" },
                "voucher": { "type": "string", "denied": ["X"], "pattern": "[A-Z]{2}\\d+", "deprecated": "", "replacedBy": "coupon", "examples": ["AB12", 12] }
              },
              "changes": {
                "TEP206 seats: integer, required to integer": "Nobody counted them."
              },
              "removed": {
                "begun_at": { "type": "integer", "format": "unix-ms", "because": "Replaced.", "replacedBy": "started_at" }
              }
            }
          },
          "removed": {
            "trial_begun": { "because": "Renamed.", "replacedBy": "trial_started", "assembly": "Acme.Billing", "properties": { "plan": "string" } }
          }
        }

        """;

    [Fact]
    public void A_plan_is_written_as_it_was_read() => Assert.Equal(Canonical, PlanWriter.Write(Plans.Parse(Canonical)));

    [Fact]
    public void Order_and_white_space_make_no_difference() =>
        Assert.Equal(
            PlanWriter.Write(Plans.Of("""{ "a": { "properties": {} }, "b": { "tags": ["x", "y"], "properties": { "c": { "type": "string", "values": ["1", "2"] }, "d": { "type": "integer" } } } }""")),
            PlanWriter.Write(Plans.Of("""{"b":{"properties":{"d":{"type":"integer"},"c":{"values":["2","1"],"type":"string","required":false}},"tags":["y","x"]},"a":{"properties":{}}}""")));

    [Fact]
    public void A_plan_without_events_is_written() =>
        Assert.Equal(
            """
            {
              "$schema": "https://github.com/typedevents/typedevents/schemas/typedevents.plan.1.schema.json",
              "plan": 1,
              "events": {}
            }

            """,
            PlanWriter.Write(TrackingPlan.Empty));

    [Fact]
    public void What_could_deceive_a_reviewer_is_escaped()
    {
        string text = InlineJson.Quote("\u202e\u2066\u0007\ud800\u2028 \"é\" \\ \n");

        Assert.Equal("\"\\u202e\\u2066\\u0007\\ud800\\u2028 \\\"é\\\" \\\\ \\n\"", text);
    }

    [Fact]
    public void Events_and_properties_have_the_lines_on_which_they_stand()
    {
        TrackingPlan plan = Plans.Parse(Canonical, "typedevents.lock.json");

        Assert.Equal(new SourceLocation("typedevents.lock.json", 5, 5), plan.Locations.Find("trial_started"));
        Assert.Equal(new SourceLocation("typedevents.lock.json", 16, 9), plan.Locations.Find("trial_started", "plan"));
        Assert.Equal(new SourceLocation("typedevents.lock.json", 5, 5), plan.Locations.Find("trial_started", "unknown"));
        Assert.Null(plan.Locations.Find("unknown"));
    }

    [Theory]
    [InlineData("", "plan.json: the file ends too early.")]
    [InlineData("{", "plan.json: the file ends too early.")]
    [InlineData("{ \"plan\": 1,\n  \"events\": { ] }", "plan.json(2,15): this isn't valid JSON.")]
    [InlineData("[]", "plan.json(1,1): an object is expected.")]
    [InlineData("{}", "'plan.json' isn't a plan: it has no \"plan\": 1.")]
    [InlineData("{ \"plan\": 1 } x", "plan.json(1,15): this isn't valid JSON.")]
    [InlineData("{ \"plan\": 2 }", "'plan.json' was made by a newer TypedEvents (plan 2, and this tool knows 1). Update the tool: dotnet tool update TypedEvents.Cli")]
    [InlineData("{ \"plan\": 1, \"plan\": 1 }", "plan.json(1,14): 'plan' is there twice.")]
    [InlineData("{\n\"plan\": 1,\n  \"evnts\": {} }", "plan.json(3,12): 'evnts' is unknown here. If a newer TypedEvents wrote it, update the tool: dotnet tool update TypedEvents.Cli.")]
    [InlineData("{ \"plan\": 1, \"events\": { \"a\": { \"properties\": { \"é\": { \"type\": \"text\" } } } } }", "plan.json(1,64): one of string, integer, number, boolean, string[] is expected.")]
    [InlineData("{ \"plan\": 1, \"events\": { \"a\": { \"properties\": { \"b\": {} } } } }", "plan.json(1,54): the property has no \"type\".")]
    [InlineData("{ \"plan\": 1, \"events\": { \"a\": { \"properties\": { \"b\": { \"type\": \"string\", \"maxLength\": -1 } } } } }", "plan.json(1,87): a whole number of 0 or more is expected.")]
    [InlineData("{ \"plan\": 1, \"events\": { \"a\": { \"properties\": { \"b\": { \"type\": \"number\", \"max\": 1e999 } } } } }", "plan.json(1,81): 1e999 is out of range.")]
    [InlineData("{ \"plan\": 1, \"events\": { \"\\ud800\": {} } }", "plan.json(1,26): this string isn't valid UTF-8 or has half of a surrogate pair.")]
    [InlineData("<<<<<<< HEAD\n{}\n=======\n>>>>>>> main\n", "'plan.json' has unresolved merge conflicts. Take either side, and run 'typedevents plan accept': it brings the file up to date.")]
    public void A_file_that_is_no_plan_is_explained_in_one_line(string json, string message) =>
        Assert.Equal(message, Assert.Throws<ToolException>(() => Plans.Parse(json)).Message);

    [Fact]
    public void A_byte_order_mark_is_skipped() => Assert.Empty(Plans.Parse("\uFEFF{ \"plan\": 1 }").Events);

    [Fact]
    public void An_exported_section_with_sources_is_no_part_of_the_plan() =>
        Assert.Empty(Plans.Parse("""{ "plan": 1, "events": {}, "source": { "a": { "sent": [1] } } }""").Events);

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Equal("There is no file 'missing/plan.json'.", Assert.Throws<ToolException>(() => PlanReader.ReadFile("missing/plan.json")).Message);
}
