using Microsoft.CodeAnalysis;

namespace TypedEvents.Generators.Parsing;

/// <summary>Why a record can't be an event.</summary>
/// <param name="Kind">The reason.</param>
/// <param name="Symbol">Which symbol is to blame.</param>
/// <param name="WireName">The symbol's wire name, where that is the reason.</param>
/// <param name="Scope">Where the symbol's properties would be written, if it is a property.</param>
internal readonly record struct EventFlaw(EventFlawKind Kind, ISymbol Symbol, string? WireName = null, FlattenScope? Scope = null)
{
    /// <summary>
    /// The event's own property that has <c>[Flatten]</c>, where the symbol belongs to the record behind it: that one may stand in
    /// another file or assembly.
    /// </summary>
    public IPropertySymbol? Through => Scope?.Through;
}

/// <summary>The reasons why a record can't be an event.</summary>
internal enum EventFlawKind
{
    /// <summary>It, a type or namespace around it, or a property has no name yet: the compiler says so.</summary>
    Nameless,

    /// <summary>It isn't a record.</summary>
    NotARecord,

    /// <summary>It, or a type around it, isn't partial.</summary>
    NotPartial,

    /// <summary>It, or a type around it, is generic.</summary>
    Generic,

    /// <summary>It, or a type around it, is file-local.</summary>
    FileLocal,

    /// <summary>It derives from an event: a variable of the base type would send the wrong event in silence.</summary>
    DerivesFromEvent,

    /// <summary>It implements the library's interface itself.</summary>
    ImplementsEventItself,

    /// <summary>EngageLab doesn't accept its name.</summary>
    BadEventName,

    /// <summary>A property has a type that can't be sent.</summary>
    UnsupportedPropertyType,

    /// <summary>A property has the same wire name as another.</summary>
    DuplicateWireName,

    /// <summary>A property has <c>[Flatten]</c>, and its type is not a record.</summary>
    FlattensNoRecord,

    /// <summary>A record is flattened into itself, directly or through others, and so would have no end.</summary>
    FlattensItself,
}
