using System.ComponentModel;

namespace TypedEvents;

/// <summary>
/// The data that all events of one type share. The generated code creates one for each event type, for the lifetime of the process.
/// </summary>
/// <remarks>Generated code in compiled event libraries calls the constructor: its signature never changes.</remarks>
public sealed class EventSchema
{
    /// <summary>Creates the schema of an event type.</summary>
    /// <param name="name">
    /// The event's name: lowercase ASCII letters, digits and <c>_</c>, the first a letter
    /// (EngageLab, <c>POST /v1/event/report</c>, <c>event_name</c>).
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is not an event name.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public EventSchema(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!IsEventName(name))
        {
            throw new ArgumentException(
                $"'{name}' is not an event name: EngageLab accepts lowercase ASCII letters, digits and '_', and the first character must be a letter.",
                nameof(name));
        }

        Name = name;
        Prefix = new EventPrefix(System.Text.Encoding.UTF8.GetBytes($$"""{"event_name":"{{name}}","euid":"""));
    }

    /// <summary>The event's name at EngageLab.</summary>
    public string Name { get; }

    /// <summary>The first bytes of each event of this type, up to the user's id: <c>{"event_name":"sign_up","euid":</c>.</summary>
    internal EventPrefix Prefix { get; }

    /// <summary>The event's name.</summary>
    public override string ToString() => Name;

    private static bool IsEventName(string name) =>
        name.Length > 0
        && char.IsAsciiLetterLower(name[0])
        && !name.AsSpan().ContainsAnyExcept(EventNameCharacters);

    private static readonly System.Buffers.SearchValues<char> EventNameCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");
}
