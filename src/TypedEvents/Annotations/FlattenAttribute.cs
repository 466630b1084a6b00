namespace TypedEvents;

/// <summary>
/// Sends the properties of another record in place of this one: EngageLab takes no nested objects. It stands on a property or on a
/// positional parameter whose type is a record or a record struct, nullable or not; no <c>property:</c> target is needed. Where the
/// value is <see langword="null"/>, all of its properties are left out.
/// </summary>
/// <param name="prefix">
/// What the names of its properties begin with, sent as it is, and empty for no prefix; <see langword="null"/> is this property's own
/// wire name and <c>_</c>. Prefixes of a record within a record stand one after the other.
/// </param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class FlattenAttribute(string? prefix = null) : Attribute
{
    /// <summary>What the names begin with, or <see langword="null"/> where that is derived from the property's own name.</summary>
    public string? Prefix { get; } = prefix;
}
