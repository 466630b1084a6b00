using System.Globalization;

namespace TypedEvents.Cli;

/// <summary>
/// Writes a plan: sorted, one property on a line, without what is the default, so that the same plan is always the same bytes and a change is
/// a change of few lines.
/// </summary>
internal static class PlanWriter
{
    public const string SchemaAddress = "https://github.com/typedevents/typedevents/schemas/typedevents.plan.1.schema.json";

    /// <param name="plan">The plan.</param>
    /// <param name="sections">Lines of JSON to write beside the events, such as <c>"source": {…}</c>, indented by two; <see langword="null"/> for none.</param>
    public static string Write(TrackingPlan plan, string? sections = null)
    {
        string version = TrackingPlan.Version.ToString(CultureInfo.InvariantCulture);
        List<string> members = [$"  \"$schema\": {InlineJson.Quote(SchemaAddress)}", $"  \"plan\": {version}", Member("events", Sorted(plan.Events), WriteEvent, 2)];
        if (plan.Removed.Count > 0)
        {
            members.Add(Member("removed", Sorted(plan.Removed), removed => WriteRemoved(removed).ToString(), 2));
        }

        if (sections is not null)
        {
            members.Add(sections);
        }

        return $"{{\n{string.Join(",\n", members)}\n}}\n";
    }

    /// <summary>One property on one line, as the plan has it.</summary>
    public static string Write(PlanProperty property) => Contract(property)
        .Add("description", property.Description)
        .Add("examples", property.Examples)
        .ToString();

    /// <summary>What readers of the event depend on: everything but the texts.</summary>
    public static InlineJson Contract(PlanProperty property) => new InlineJson()
        .Add("type", property.Type)
        .Add("format", property.Format)
        .Add("required", property.Required)
        .Add("values", property.Values)
        .Add("open", property.Open)
        .Add("flags", property.Flags)
        .Add("denied", property.Denied)
        .Add("min", property.Min)
        .Add("exclusiveMin", property.ExclusiveMin)
        .Add("max", property.Max)
        .Add("exclusiveMax", property.ExclusiveMax)
        .Add("minLength", property.MinLength)
        .Add("maxLength", property.MaxLength)
        .Add("minItems", property.MinItems)
        .Add("maxItems", property.MaxItems)
        .Add("pattern", property.Pattern)
        .Add("sensitivity", property.Sensitivity)
        .Add("classifications", property.Classifications)
        .Add("deprecated", property.Deprecated)
        .Add("replacedBy", property.ReplacedBy);

    private static string WriteEvent(PlanEvent plan)
    {
        List<string> members = [];
        void Add(string name, string? value)
        {
            if (value is not null)
            {
                members.Add($"      {InlineJson.Quote(name)}: {InlineJson.Quote(value)}");
            }
        }

        Add("description", plan.Description);
        Add("owner", plan.Owner);
        if (plan.Tags.Count > 0)
        {
            members.Add($"      \"tags\": {InlineJson.ArrayOf(plan.Tags)}");
        }

        Add("type", plan.Type);
        Add("assembly", plan.Assembly);
        Add("deprecated", plan.Deprecated);
        Add("replacedBy", plan.ReplacedBy);
        members.Add(Member("properties", Sorted(plan.Properties), Write, 6));
        if (plan.Changes.Count > 0)
        {
            members.Add(Member("changes", Sorted(plan.Changes), InlineJson.Quote, 6));
        }

        if (plan.Removed.Count > 0)
        {
            members.Add(Member("removed", Sorted(plan.Removed), removed => WriteRemoved(removed).ToString(), 6));
        }

        return $"{{\n{string.Join(",\n", members)}\n    }}";
    }

    private static InlineJson WriteRemoved(RemovedProperty removed) => new InlineJson()
        .Add("type", removed.Type)
        .Add("format", removed.Format)
        .Add("because", removed.Because)
        .Add("replacedBy", removed.ReplacedBy);

    private static InlineJson WriteRemoved(RemovedEvent removed)
    {
        InlineJson json = new InlineJson()
            .Add("because", removed.Because)
            .Add("replacedBy", removed.ReplacedBy)
            .Add("assembly", removed.Assembly);
        var properties = new InlineJson();
        foreach ((string name, string type) in Sorted(removed.Properties))
        {
            properties.Add(name, type);
        }

        return json.AddRaw("properties", properties.ToString());
    }

    /// <summary>An object with one member on a line.</summary>
    private static string Member<T>(string name, IEnumerable<KeyValuePair<string, T>> members, Func<T, string> write, int indent)
    {
        string margin = new(' ', indent);
        string[] lines = [.. members.Select(member => $"{margin}  {InlineJson.Quote(member.Key)}: {write(member.Value)}")];
        return lines.Length == 0
            ? $"{margin}{InlineJson.Quote(name)}: {{}}"
            : $"{margin}{InlineJson.Quote(name)}: {{\n{string.Join(",\n", lines)}\n{margin}}}";
    }

    private static IEnumerable<KeyValuePair<string, T>> Sorted<T>(IReadOnlyDictionary<string, T> values) =>
        values.OrderBy(value => value.Key, StringComparer.Ordinal);
}
