using System.Globalization;
using System.Text;

namespace TypedEvents.Cli;

/// <summary>
/// JSON Schema (draft-07) of each event's <c>properties</c> object. A schema accepts everything that the event can send: it leaves out what JSON
/// Schema would understand otherwise than .NET.
/// </summary>
/// <remarks>
/// <c>time</c> and <c>uri</c> aren't written as formats, because times have no offset and addresses may be relative. Lengths count code points there and
/// UTF-16 units here. An enum's undefined value is sent as its number, unless the schema is strict.
/// </remarks>
internal static class JsonSchemaExport
{
    private const string Draft = "http://json-schema.org/draft-07/schema#";

    /// <summary>The schema of one event.</summary>
    public static string Write(string name, PlanEvent declared, bool isStrict)
    {
        var text = new StringBuilder("{\n");
        text.Append(CultureInfo.InvariantCulture, $"  \"$schema\": {InlineJson.Quote(Draft)},\n");
        Body(text, name, declared, isStrict, "  ");
        return text.Append("}\n").ToString();
    }

    /// <summary>The schemas of all events in one document, under <c>definitions</c>.</summary>
    public static string WriteBundle(TrackingPlan plan, bool isStrict)
    {
        List<string> definitions = [];
        foreach ((string name, PlanEvent declared) in plan.Events)
        {
            var text = new StringBuilder($"    {InlineJson.Quote(name)}: {{\n");
            Body(text, name, declared, isStrict, "      ");
            definitions.Add(text.Append("    }").ToString());
        }

        return $"{{\n  \"$schema\": {InlineJson.Quote(Draft)},\n  \"definitions\": {{{(definitions.Count == 0 ? "" : $"\n{string.Join(",\n", definitions)}\n  ")}}}\n}}\n";
    }

    private static void Body(StringBuilder text, string name, PlanEvent declared, bool isStrict, string margin)
    {
        List<string> members = [$"\"title\": {InlineJson.Quote(name)}"];
        if (declared.Description is not null)
        {
            members.Add($"\"description\": {InlineJson.Quote(declared.Description)}");
        }

        members.Add("\"type\": \"object\"");
        string[] properties = [.. declared.Properties.Select(property => $"{margin}  {InlineJson.Quote(property.Key)}: {Property(property.Value, isStrict)}")];
        members.Add(properties.Length == 0 ? "\"properties\": {}" : $"\"properties\": {{\n{string.Join(",\n", properties)}\n{margin}}}");
        string[] required = [.. declared.Properties.Where(property => property.Value.Required).Select(property => property.Key)];
        if (required.Length > 0)
        {
            members.Add($"\"required\": {InlineJson.ArrayOf(required)}");
        }

        members.Add($"\"additionalProperties\": {(isStrict ? "false" : "true")}");
        text.AppendJoin(",\n", members.Select(member => margin + member)).Append('\n');
    }

    private static string Property(PlanProperty value, bool isStrict)
    {
        var schema = new InlineJson();
        if (value.IsList)
        {
            schema.AddRaw("type", "\"array\"");
            var items = new InlineJson();
            Values(items, value, "string", isStrict);
            schema.AddRaw("items", items.ToString());
            schema.Add("minItems", value.MinItems).Add("maxItems", value.MaxItems);
        }
        else
        {
            Values(schema, value, value.Type, isStrict);
            Limits(schema, value);
        }

        schema.Add("description", value.Description);
        if (value.Examples.Count > 0)
        {
            schema.Add("examples", value.Examples);
        }

        if (value.Pattern is { } pattern && PortablePattern.Of(pattern) is null)
        {
            schema.Add("$comment", $"matches the .NET regular expression {pattern}");
        }

        return schema.ToString();
    }

    private static void Values(InlineJson schema, PlanProperty value, string type, bool isStrict)
    {
        string? format = value.Format is WireFormats.DateTime or WireFormats.Date or WireFormats.Uuid ? value.Format : null;
        if (value.Format == WireFormats.BooleanString)
        {
            schema.Add("type", type).AddRaw("enum", "[\"true\", \"false\"]");
        }
        else if (value.Values is null)
        {
            schema.Add("type", type).Add("format", format);
        }
        else if (value.Open && !isStrict)
        {
            // An undefined value is sent as its number, in a string.
            schema.Add("type", type).AddRaw("anyOf", $"[{new InlineJson().Add("enum", value.Values)}, {{ \"pattern\": \"^-?[0-9]+$\" }}]");
        }
        else
        {
            schema.Add("type", type).Add("enum", value.Values);
        }

        if (value.Denied is { } denied)
        {
            schema.AddRaw("not", new InlineJson().Add("enum", denied).ToString());
        }
    }

    private static void Limits(InlineJson schema, PlanProperty value)
    {
        schema.Add("minimum", value.Min)
            .Add("exclusiveMinimum", value.ExclusiveMin)
            .Add("maximum", value.Max)
            .Add("exclusiveMaximum", value.ExclusiveMax)

            // A string of n UTF-16 units has between n/2 and n code points.
            .Add("minLength", value.MinLength is { } min ? (min + 1) / 2 : null)
            .Add("maxLength", value.MaxLength);
        if (value.Pattern is { } pattern && PortablePattern.Of(pattern) is { } portable)
        {
            schema.Add("pattern", portable);
        }
    }
}

/// <summary>Regular expressions of .NET that ECMAScript understands in the same way.</summary>
internal static class PortablePattern
{
    /// <summary>
    /// The pattern for JSON Schema: anchored, because the attribute matches the whole string, and letting the empty string through, as the
    /// attribute does. <see langword="null"/> where the two understand the pattern differently, such as <c>\d</c>, which in .NET is every digit of Unicode.
    /// </summary>
    public static string? Of(string pattern)
    {
        bool isInClass = false;
        for (int index = 0; index < pattern.Length; index++)
        {
            char character = pattern[index];
            char next = index + 1 < pattern.Length ? pattern[index + 1] : '\0';
            if (character == '\\')
            {
                if (!".*+?^$()[]{}|/\\-tnrfv".Contains(next, StringComparison.Ordinal))
                {
                    return null;
                }

                index++;
            }
            else if (isInClass)
            {
                if (character == '[' || (character == '-' && next == '['))
                {
                    return null;
                }

                isInClass = character != ']';
            }
            else if (character == '[')
            {
                isInClass = true;
                if (next == ']' || (next == '^' && index + 2 < pattern.Length && pattern[index + 2] == ']'))
                {
                    return null;
                }
            }
            else if (character == '(' && next == '?' && !(index + 2 < pattern.Length && pattern[index + 2] is ':' or '=' or '!'))
            {
                return null;
            }
            else if (character is '$' or '.' or '^')
            {
                // A dot and the anchors differ at the end of a line, and a dot at half of a surrogate pair.
                return character == '^' && index == 0 ? Of(pattern[1..]) : character == '$' && index == pattern.Length - 1 ? Of(pattern[..^1]) : null;
            }
        }

        return isInClass ? null : $"^(?:{pattern})?$";
    }
}
