using System.Collections;
using System.Globalization;
using System.Text;

namespace TypedEvents;

/// <summary>
/// A log entry as logging providers read it: its values by the names in its template, and the template itself as <c>{OriginalFormat}</c>.
/// </summary>
/// <param name="template">The text with names in braces, each with or without a format: <c>{Since:u}</c>.</param>
/// <param name="values">A value for each name, in the template's order.</param>
internal sealed class LogEntry(string template, params object?[] values) : IReadOnlyList<KeyValuePair<string, object?>>
{
    private const string TemplateProperty = "{OriginalFormat}";

    public int Count => values.Length + 1;

    public KeyValuePair<string, object?> this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)index, (uint)values.Length, nameof(index));
            if (index == values.Length)
            {
                return new(TemplateProperty, template);
            }

            int start = 0;
            string name = ReadName(ref start, out _);
            for (int i = 0; i < index; i++)
            {
                name = ReadName(ref start, out _);
            }

            return new(name, values[index]);
        }
    }

    /// <summary>The same entry, whose text and properties name the tracker, too.</summary>
    public LogEntry WithTracker(string trackerName) => new("[{TrackerName}] " + template, [trackerName, .. values]);

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The text.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        int start = 0;
        foreach (object? value in values)
        {
            int literal = start;
            _ = ReadName(ref start, out string? format);
            text.Append(template, literal, template.IndexOf('{', literal) - literal);
            text.Append(value is IFormattable formattable ? formattable.ToString(format, CultureInfo.InvariantCulture) : value?.ToString() ?? "(null)");
        }

        return text.Append(template, start, template.Length - start).ToString();
    }

    /// <summary>Reads the next name, and goes behind it.</summary>
    private string ReadName(ref int start, out string? format)
    {
        int begin = template.IndexOf('{', start) + 1;
        int end = template.IndexOf('}', begin);
        start = end + 1;
        int colon = template.IndexOf(':', begin, end - begin);
        format = colon < 0 ? null : template[(colon + 1)..end];
        return template[begin..(colon < 0 ? end : colon)];
    }
}
