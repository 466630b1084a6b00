using System.Globalization;
using System.Text;

namespace TypedEvents.Cli;

/// <summary>Writes a JSON object on one line: <c>{ "type": "string", "required": true }</c>. What has no value is left out.</summary>
internal sealed class InlineJson
{
    private readonly StringBuilder _text = new("{");

    public InlineJson Add(string name, string? value) => value is null ? this : AddRaw(name, Quote(value));

    public InlineJson Add(string name, bool value) => value ? AddRaw(name, "true") : this;

    public InlineJson Add(string name, int? value) => value is { } number ? AddRaw(name, number.ToString(CultureInfo.InvariantCulture)) : this;

    public InlineJson Add(string name, PlanNumber? value) => value is { } number ? AddRaw(name, number.Text) : this;

    public InlineJson Add(string name, IReadOnlyList<PlanValue>? values) =>
        values is { Count: > 0 } ? AddRaw(name, $"[{string.Join(", ", values.Select(value => value.Json))}]") : this;

    public InlineJson Add(string name, IReadOnlyList<string> values) => values.Count > 0 ? AddRaw(name, ArrayOf(values)) : this;

    public InlineJson AddRaw(string name, string json)
    {
        _text.Append(_text.Length == 1 ? " " : ", ").Append(Quote(name)).Append(": ").Append(json);
        return this;
    }

    public override string ToString() => _text.Length == 1 ? "{}" : _text + " }";

    public static string ArrayOf(IReadOnlyList<string> values) => $"[{string.Join(", ", values.Select(Quote))}]";

    /// <summary>A JSON string in which only what must be escaped is escaped, so that people can read it in any language.</summary>
    public static string Quote(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('"');
        for (int index = 0; index < value.Length; index++)
        {
            char character = value[index];
            if (character is '"' or '\\')
            {
                text.Append('\\').Append(character);
            }
            else if (character == '\n')
            {
                text.Append("\\n");
            }
            else if (char.IsHighSurrogate(character) && index + 1 < value.Length && char.IsLowSurrogate(value[index + 1]))
            {
                text.Append(character).Append(value[++index]);
            }
            else if (MustBeEscaped(character))
            {
                text.Append("\\u").Append(((int)character).ToString("x4", CultureInfo.InvariantCulture));
            }
            else
            {
                text.Append(character);
            }
        }

        return text.Append('"').ToString();
    }

    /// <summary>Control characters, halves of a surrogate pair, and what would change the direction or the line in a reviewer's editor.</summary>
    private static bool MustBeEscaped(char character) =>
        char.IsControl(character)
        || char.IsSurrogate(character)
        || character is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
