namespace TypedEvents.Generators.Model;

/// <summary>The model of an event. The file with its serializer depends on nothing else.</summary>
/// <param name="Head">Its names.</param>
/// <param name="DeclaresEventName">Whether the record gets the constant <c>EventName</c>: not if it has such a member.</param>
/// <param name="ReadsObsoleteProperties">
/// Whether an obsolete property is sent. Obsolete as an error, it can be read only by a member that is itself obsolete.
/// </param>
/// <param name="IsDocumented">
/// Whether generated members have documentation comments: not if the compiler doesn't parse comments, because it would skip them as well.
/// </param>
/// <param name="Properties">The properties to send, in order.</param>
internal sealed record EventModel(
    EventHead Head,
    bool DeclaresEventName,
    bool ReadsObsoleteProperties,
    bool IsDocumented,
    EquatableArray<PropertyModel> Properties);

/// <summary>The names of an event, which its serializer and its typed calls share.</summary>
/// <param name="Namespace">The record's namespace with dots; empty for the global one.</param>
/// <param name="ContainingTypes">The types around the record, the outermost first.</param>
/// <param name="Declaration">The record itself.</param>
/// <param name="EventName">The event's name at EngageLab.</param>
/// <param name="ExternAliases">The extern aliases that a generated file declares, as types may be named by them.</param>
internal sealed record EventHead(
    string Namespace,
    EquatableArray<TypeDeclaration> ContainingTypes,
    TypeDeclaration Declaration,
    string EventName,
    EquatableArray<string> ExternAliases);

/// <summary>How a type is declared again as another part: <c>record struct</c> and <c>SignUp</c>.</summary>
internal sealed record TypeDeclaration(string Keyword, string Name);

/// <summary>A property that is sent.</summary>
/// <param name="Name">Its C# name.</param>
/// <param name="WireName">Its wire name, not escaped; of a flattened record the prefix.</param>
/// <param name="Value">How its value is written.</param>
/// <param name="Rules">The rules for its values.</param>
internal sealed record PropertyModel(string Name, string WireName, ValueModel Value, EquatableArray<ValidationRule> Rules);
