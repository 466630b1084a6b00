using System.Collections;

namespace TypedEvents;

/// <summary>A log entry of a tracker with a name: its text and its properties name the tracker, too.</summary>
/// <param name="trackerName">The tracker's name.</param>
/// <param name="text">The whole text.</param>
/// <param name="properties">The properties of the entry itself, its template included.</param>
internal sealed class NamedLogEntry(string trackerName, string text, IReadOnlyList<KeyValuePair<string, object?>> properties) : IReadOnlyList<KeyValuePair<string, object?>>
{
    private const string TemplateProperty = "{OriginalFormat}";

    public int Count => properties.Count + 1;

    public KeyValuePair<string, object?> this[int index] => index == 0
        ? new("TrackerName", trackerName)
        : properties[index - 1] is { Key: TemplateProperty } template
            ? new(TemplateProperty, $"[{{TrackerName}}] {template.Value}")
            : properties[index - 1];

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => text;
}
