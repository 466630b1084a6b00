using System.Globalization;
using System.Text;

namespace TypedEvents.Cli;

/// <summary>One row a property, for analysts; an event without properties has one row, too (RFC 4180).</summary>
internal static class CsvExport
{
    private static readonly string[] Columns =
    [
        "event", "event_description", "owner", "tags", "event_deprecated", "event_replaced_by",
        "property", "type", "format", "always_sent", "values", "denied", "min", "max", "min_length", "max_length", "min_items", "max_items", "pattern",
        "description", "sensitivity", "deprecated", "replaced_by", "examples", "record", "assembly",
    ];

    public static string Write(TrackingPlan plan)
    {
        var text = new StringBuilder();
        Row(text, Columns);
        foreach ((string name, PlanEvent declared) in plan.Events)
        {
            if (declared.Properties.Count == 0)
            {
                Row(text, Cells(name, declared, "", null));
            }

            foreach ((string property, PlanProperty value) in declared.Properties)
            {
                Row(text, Cells(name, declared, property, value));
            }
        }

        return text.ToString();
    }

    private static IEnumerable<string?> Cells(string name, PlanEvent declared, string property, PlanProperty? value) =>
    [
        name, declared.Description, declared.Owner, string.Join(' ', declared.Tags), Deprecation(declared.Deprecated), declared.ReplacedBy,
        property, value?.Type, value?.Format, value is null ? "" : value.Required ? "true" : "false", List(value?.Values), List(value?.Denied),
        value?.Min?.Text ?? Above(value?.ExclusiveMin, ">"), value?.Max?.Text ?? Above(value?.ExclusiveMax, "<"),
        Number(value?.MinLength), Number(value?.MaxLength), Number(value?.MinItems), Number(value?.MaxItems), value?.Pattern,
        value?.Description, value is null ? "" : string.Join(' ', new[] { value.Sensitivity }.OfType<string>().Concat(value.Classifications)),
        Deprecation(value?.Deprecated), value?.ReplacedBy, List(value?.Examples), declared.Type, declared.Assembly,
    ];

    private static string Above(PlanNumber? number, string sign) => number is { } value ? sign + value.Text : "";

    private static string? Number(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string? Deprecation(string? message) => message is "" ? "true" : message;

    private static string List(IReadOnlyList<PlanValue>? values) => values is null ? "" : string.Join("; ", values);

    private static void Row(StringBuilder text, IEnumerable<string?> cells) => text.AppendJoin(',', cells.Select(Cell)).Append("\r\n");

    private static string Cell(string? cell) =>
        cell is null ? "" : cell.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
