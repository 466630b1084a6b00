using System.Globalization;
using System.Text;

namespace TypedEvents.Cli;

/// <summary>A catalog of the events for people, with an anchor for each event, to be committed or published.</summary>
internal static class MarkdownExport
{
    public static string Write(TrackingPlan plan)
    {
        var text = new StringBuilder("# Tracking plan\n\n");
        text.Append(plan.Events.Count == 1 ? "1 event" : $"{plan.Events.Count} events").Append(". Written by `typedevents plan export`: change the records, not this file.\n\n");
        text.Append("| Event | Description | Owner | Tags |\n| --- | --- | --- | --- |\n");
        foreach ((string name, PlanEvent declared) in plan.Events)
        {
            text.Append(CultureInfo.InvariantCulture, $"| [`{name}`](#{name}) | {Cell(declared.Description)}{(declared.IsDeprecated ? " *(deprecated)*" : "")} | {Cell(declared.Owner)} | {Cell(string.Join(", ", declared.Tags))} |\n");
        }

        foreach ((string name, PlanEvent declared) in plan.Events)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {name}\n\n");
            Paragraph(declared.Description);
            if (declared.IsDeprecated)
            {
                Paragraph($"**Deprecated.** {declared.Deprecated}{(declared.ReplacedBy is { } other ? $" Replaced by [`{other}`](#{other})." : "")}");
            }

            string[] facts = [.. new[]
            {
                declared.Owner is null ? null : $"Owner: {MarkdownText.Escape(declared.Owner)}",
                declared.Tags.Count == 0 ? null : $"Tags: {MarkdownText.Escape(string.Join(", ", declared.Tags))}",
                declared.Type is null ? null : $"Declared by: `{declared.Type}`",
            }.OfType<string>()];
            Paragraph(string.Join(" · ", facts));
            if (declared.Properties.Count == 0)
            {
                text.Append("It has no properties.\n");
                continue;
            }

            text.Append("| Property | Type | Always sent | Values | Description |\n| --- | --- | --- | --- | --- |\n");
            foreach ((string property, PlanProperty value) in declared.Properties)
            {
                text.Append(CultureInfo.InvariantCulture, $"| `{Cell(property)}` | {value.Type}{(value.Format is null ? "" : $" ({value.Format})")} | {(value.Required ? "yes" : "")} | {Cell(Limits(value))} | {Cell(Notes(value))} |\n");
            }
        }

        return text.ToString();

        void Paragraph(string? paragraph)
        {
            if (!string.IsNullOrEmpty(paragraph))
            {
                text.Append(paragraph.Replace("<", "&lt;", StringComparison.Ordinal).ReplaceLineEndings(" ")).Append("\n\n");
            }
        }
    }

    private static string Limits(PlanProperty value) => string.Join("; ", new[]
    {
        value.Values is { } values ? string.Join(", ", values) : null,
        value.Denied is { } denied ? $"not {string.Join(", ", denied)}" : null,
        value.Limits is { Length: > 0 } limits ? limits : null,
    }.OfType<string>());

    private static string Notes(PlanProperty value) => string.Join(" ", new[]
    {
        value.Description,
        value.Sensitivity is null ? null : $"({value.Sensitivity})",
        value.Classifications.Count == 0 ? null : $"({string.Join(", ", value.Classifications)})",
        value.IsDeprecated ? $"Deprecated. {value.Deprecated}".TrimEnd() : null,
        value.ReplacedBy is null ? null : $"Replaced by {value.ReplacedBy}.",
        value.Examples.Count == 0 ? null : $"Such as {string.Join(", ", value.Examples)}.",
    }.OfType<string>());

    private static string Cell(string? text) => text is null ? "" : MarkdownText.Escape(text);
}
