namespace TypedEvents.Generators.Model;

/// <summary>All that is known of an event: the generated file depends on this and on nothing else.</summary>
/// <param name="Namespace">The record's namespace with dots; empty for the global one.</param>
/// <param name="ContainingTypes">The types around the record, the outermost first.</param>
/// <param name="Declaration">The record itself.</param>
/// <param name="EventName">The event's name at EngageLab.</param>
/// <param name="Description">What the event means, in words.</param>
/// <param name="DeclaresEventName">Whether the record gets the constant <c>EventName</c>: not if it has such a member.</param>
/// <param name="ReadsObsoleteProperties">
/// Whether an obsolete property is sent. Obsolete as an error, it can be read only by a member that is itself obsolete.
/// </param>
/// <param name="Properties">What is sent, in order.</param>
/// <param name="TrackMethods">The typed calls, or <see langword="null"/> where none can be called or made.</param>
internal sealed record EventModel(
    string Namespace,
    EquatableArray<TypeDeclaration> ContainingTypes,
    TypeDeclaration Declaration,
    string EventName,
    string? Description,
    bool DeclaresEventName,
    bool ReadsObsoleteProperties,
    EquatableArray<PropertyModel> Properties,
    TrackMethodsModel? TrackMethods)
{
    /// <summary>The extern aliases that the generated file declares, as types may be named by them.</summary>
    public EquatableArray<string> ExternAliases { get; init; } = EquatableArray<string>.Empty;

    /// <summary>
    /// What the record's documentation comments say, or <see langword="null"/> where the compiler doesn't read comments: then nobody reads
    /// generated ones either, and they would only be skipped again.
    /// </summary>
    public DocumentationModel? Documentation { get; init; }
}

/// <summary>How a type is declared again as another part: <c>record struct</c> and <c>SignUp</c>.</summary>
internal sealed record TypeDeclaration(string Keyword, string Name);

/// <summary>A property that is sent.</summary>
/// <param name="Name">Its C# name.</param>
/// <param name="WireName">Its wire name, not escaped; of a flattened record the prefix.</param>
/// <param name="Value">How its value is written.</param>
/// <param name="Rules">What its values are to keep.</param>
internal sealed record PropertyModel(string Name, string WireName, ValueModel Value, EquatableArray<ValidationRule> Rules);
