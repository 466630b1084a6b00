using Microsoft.CodeAnalysis;

namespace TypedEvents.Generators.Parsing;

/// <summary>The findings about an annotated type. Only analyzers collect them; the generator needs to know only whether the type is valid.</summary>
internal sealed class EventFindings
{
    private readonly List<EventFlaw> _flaws = [];
    private readonly List<SentProperty> _sent = [];
    private readonly List<RuleWithoutEffect> _rulesWithoutEffect = [];
    private readonly List<INamedTypeSymbol> _flattened = [];
    private readonly List<ForeignAttribute> _foreign = [];

    /// <summary>Why it can't be an event.</summary>
    public IReadOnlyList<EventFlaw> Flaws => _flaws;

    /// <summary>The properties that it sends, or would send if it were valid.</summary>
    public IReadOnlyList<SentProperty> Sent => _sent;

    /// <summary>The validation attributes that have no effect.</summary>
    public IReadOnlyList<RuleWithoutEffect> RulesWithoutEffect => _rulesWithoutEffect;

    /// <summary>What other libraries are told of its properties.</summary>
    public IReadOnlyList<ForeignAttribute> Foreign => _foreign;

    /// <summary>The records that are flattened into it.</summary>
    public IReadOnlyList<INamedTypeSymbol> Flattened => _flattened;

    /// <summary>How many properties it leaves out.</summary>
    public int IgnoredCount { get; private set; }

    public void Add(EventFlaw flaw) => _flaws.Add(flaw);

    public void AddSent(IPropertySymbol property, string wireName, IPropertySymbol? through) =>
        _sent.Add(new SentProperty(property, wireName, through));

    public void AddWithoutEffect(ValidationFlaw rule, IPropertySymbol property, IPropertySymbol? through) =>
        _rulesWithoutEffect.Add(new RuleWithoutEffect(rule, property, through));

    public void AddFlattened(INamedTypeSymbol record) => _flattened.Add(record);

    public void AddForeign(ForeignAttribute attribute) => _foreign.Add(attribute);

    public void AddIgnored() => IgnoredCount++;
}

/// <summary>A property and its wire name.</summary>
/// <param name="Property">The property.</param>
/// <param name="WireName">Its name, prefixes included.</param>
/// <param name="Through">The event's own property that has <c>[Flatten]</c>, where the property belongs to the record behind it.</param>
internal readonly record struct SentProperty(IPropertySymbol Property, string WireName, IPropertySymbol? Through);

/// <summary>A validation attribute that has no effect, and its property.</summary>
/// <param name="Rule">The attribute, and why.</param>
/// <param name="Property">The property.</param>
/// <param name="Through">The event's own property that has <c>[Flatten]</c>, where the property belongs to the record behind it.</param>
internal readonly record struct RuleWithoutEffect(ValidationFlaw Rule, IPropertySymbol Property, IPropertySymbol? Through);

/// <summary>An attribute by which another library leaves a property out, or names it.</summary>
/// <param name="Attribute">The attribute.</param>
/// <param name="Property">The property.</param>
/// <param name="WireName">Its name here, without the prefixes of flattened records.</param>
/// <param name="Through">The event's own property that has <c>[Flatten]</c>, where the property belongs to the record behind it.</param>
internal readonly record struct ForeignAttribute(AttributeUse Attribute, IPropertySymbol Property, string WireName, IPropertySymbol? Through);
