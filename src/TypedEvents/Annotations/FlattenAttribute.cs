namespace TypedEvents;

/// <summary>
/// Sends the properties of a record instead of the property that contains it, because EngageLab accepts no nested objects. Apply it to a property or
/// a positional parameter whose type is a record or a record struct, nullable or not, without a <c>property:</c> target. If the
/// value is <see langword="null"/>, all of its properties are omitted.
/// </summary>
/// <param name="prefix">
/// The prefix of its properties' wire names, sent unchanged; empty for none. <see langword="null"/>: this property's wire name and <c>_</c>.
/// The prefixes of nested records are concatenated.
/// </param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class FlattenAttribute(string? prefix = null) : Attribute
{
    /// <summary>The prefix, or <see langword="null"/> if it is derived from the property's name.</summary>
    public string? Prefix { get; } = prefix;
}
