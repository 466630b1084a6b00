namespace TypedEvents.Generators.Model;

/// <summary>The model of an event. The generated file depends on nothing else.</summary>
/// <param name="Namespace">The record's namespace with dots; empty for the global one.</param>
/// <param name="ContainingTypes">The types around the record, the outermost first.</param>
/// <param name="Declaration">The record itself.</param>
/// <param name="EventName">The event's name at EngageLab.</param>
/// <param name="Description">The description of the event, if it has one.</param>
/// <param name="DeclaresEventName">Whether the record gets the constant <c>EventName</c>: not if it has such a member.</param>
/// <param name="ReadsObsoleteProperties">
/// Whether an obsolete property is sent. Obsolete as an error, it can be read only by a member that is itself obsolete.
/// </param>
/// <param name="Properties">The properties to send, in order.</param>
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
    /// The record's documentation comments, or <see langword="null"/> if the compiler doesn't parse comments. Generated comments would be
    /// skipped as well, so none are emitted.
    /// </summary>
    public DocumentationModel? Documentation { get; init; }
}

/// <summary>How a type is declared again as another part: <c>record struct</c> and <c>SignUp</c>.</summary>
internal sealed record TypeDeclaration(string Keyword, string Name);

/// <summary>A property that is sent.</summary>
/// <param name="Name">Its C# name.</param>
/// <param name="WireName">Its wire name, not escaped; of a flattened record the prefix.</param>
/// <param name="Value">How its value is written.</param>
/// <param name="Rules">The rules for its values.</param>
internal sealed record PropertyModel(string Name, string WireName, ValueModel Value, EquatableArray<ValidationRule> Rules);
