using Microsoft.CodeAnalysis;

namespace TypedEvents.Generators.Parsing;

/// <summary>What there is to say of an annotated type. Only analyzers ask for it: the generator needs no more than whether it is valid.</summary>
internal sealed class EventFindings
{
    private readonly List<EventFlaw> _flaws = [];
    private readonly List<SentProperty> _sent = [];

    /// <summary>Why it can't be an event.</summary>
    public IReadOnlyList<EventFlaw> Flaws => _flaws;

    /// <summary>What it sends, or would.</summary>
    public IReadOnlyList<SentProperty> Sent => _sent;

    /// <summary>How many properties it leaves out.</summary>
    public int IgnoredCount { get; private set; }

    public void Add(EventFlaw flaw) => _flaws.Add(flaw);

    public void AddSent(IPropertySymbol property, string wireName) => _sent.Add(new SentProperty(property, wireName));

    public void AddIgnored() => IgnoredCount++;
}

/// <summary>A property and its name on the wire.</summary>
internal readonly record struct SentProperty(IPropertySymbol Property, string WireName);
