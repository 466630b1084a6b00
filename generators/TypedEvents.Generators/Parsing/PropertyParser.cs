using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Model;

namespace TypedEvents.Generators.Parsing;

/// <summary>Finds the properties that an event sends.</summary>
/// <param name="type">The event, or a record that is flattened into it.</param>
/// <param name="parameters">The positional parameters of that record and its bases.</param>
/// <param name="scope">Where the properties go in the event.</param>
/// <param name="defaults">What the event's assembly says.</param>
/// <param name="findings">Takes every flaw and every property; <see langword="null"/> to stop at the first flaw.</param>
internal sealed class PropertyParser(
    INamedTypeSymbol type,
    PositionalParameters parameters,
    FlattenScope scope,
    WireDefaults defaults,
    EventFindings? findings)
{
    private readonly List<PropertyModel> _properties = [];
    private bool _isValid = true;

    /// <summary>Whether an obsolete property is sent.</summary>
    public bool ReadsObsoleteProperties { get; private set; }

    /// <summary>Gives the properties, the base's first, in order of declaration.</summary>
    /// <returns>Whether all of them can go on the wire.</returns>
    public bool TryParse(out EquatableArray<PropertyModel> properties)
    {
        AddPropertiesOf(type);
        properties = EquatableArray.From(_properties);
        return _isValid;
    }

    private bool IsDone => !_isValid && findings is null;

    private void AddPropertiesOf(INamedTypeSymbol declaring)
    {
        if (declaring.BaseRecord() is { } baseRecord)
        {
            AddPropertiesOf(baseRecord);
        }

        foreach (ISymbol member in declaring.GetMembers())
        {
            if (IsDone)
            {
                return;
            }

            if (member is IPropertySymbol property && IsReadable(property) && !IsHiddenOrOverridden(property, declaring))
            {
                Add(property);
            }
        }
    }

    private void Add(IPropertySymbol property)
    {
        if (property.Name.Length == 0)
        {
            Report(EventFlawKind.Nameless, property);
            return;
        }

        PropertyAnnotations annotations = PropertyAnnotations.Of(property, type, parameters);
        if (annotations.IsIgnored)
        {
            findings?.AddIgnored();
            return;
        }

        string wireName = annotations.WireName ?? defaults.WireNameOf(property.Name);
        if (annotations.IsFlattened)
        {
            Flatten(property, annotations, wireName);
            return;
        }

        if (ValueParser.Parse(property.Type, annotations.Boolean ?? defaults.Boolean, annotations.Date ?? defaults.Date) is not { } value)
        {
            Report(EventFlawKind.UnsupportedPropertyType, property);
            return;
        }

        wireName = scope.Prefix + wireName;
        if (!scope.TryTake(wireName))
        {
            Report(EventFlawKind.DuplicateWireName, property, wireName);
            return;
        }

        ReadsObsoleteProperties |= ObsoleteMark.IsOnPropertyOrItsBases(property);
        _properties.Add(new PropertyModel(property.Name, wireName, value, ParseRules(property, annotations, value)));
        findings?.AddSent(property, wireName, scope.Through);
    }

    private EquatableArray<RuleModel> ParseRules(IPropertySymbol property, PropertyAnnotations annotations, ValueModel value)
    {
        if (findings is null || annotations.Rules is null)
        {
            return RuleParser.Parse(annotations.Rules, property.Type, value);
        }

        var flaws = new List<RuleFlaw>();
        EquatableArray<RuleModel> rules = RuleParser.Parse(annotations.Rules, property.Type, value, flaws);
        ReportWithoutEffect(flaws, property);
        ReportWithoutEffect(RulesThatDoNotCount(property, annotations.Rules), property);
        return rules;
    }

    /// <summary>Those of the property's own positional parameter, where the property itself has some.</summary>
    private IEnumerable<RuleFlaw> RulesThatDoNotCount(IPropertySymbol property, IReadOnlyList<AttributeData> counting) =>
        parameters.Find(type, property.Name)
            .SelectMany(parameter => parameter.GetAttributes())
            .Where(attribute => attribute.ApplicationSyntaxReference is not null && RuleParser.IsRule(attribute) && !counting.Contains(attribute))
            .Select(attribute => new RuleFlaw(attribute, RuleFlawKind.PropertyHasOthers));

    private void ReportWithoutEffect(IEnumerable<RuleFlaw> rules, IPropertySymbol property)
    {
        foreach (RuleFlaw rule in rules)
        {
            findings?.AddWithoutEffect(rule, property, scope.Through);
        }
    }

    private void Flatten(IPropertySymbol property, PropertyAnnotations annotations, string wireName)
    {
        if (property.Type.WithoutNullable(out _) is not INamedTypeSymbol record || !record.IsRecordType())
        {
            Report(EventFlawKind.FlattensNoRecord, property);
            return;
        }

        if (scope.TryEnter(record, scope.Prefix + (annotations.Prefix ?? wireName + "_"), property) is not { } inner)
        {
            Report(EventFlawKind.FlattensItself, property);
            return;
        }

        if (findings is not null)
        {
            findings.AddFlattened(record);
            ReportWithoutEffect((annotations.Rules ?? []).Select(rule => new RuleFlaw(rule, RuleFlawKind.IsFlattened)), property);
        }

        var parameters = new PositionalParameters(record, record.FindPrimaryConstructor());
        var parser = new PropertyParser(record, parameters, inner, defaults, findings);
        _isValid &= parser.TryParse(out EquatableArray<PropertyModel> properties);
        ReadsObsoleteProperties |= parser.ReadsObsoleteProperties || ObsoleteMark.IsOnPropertyOrItsBases(property);
        _properties.Add(new PropertyModel(
            property.Name,
            inner.Prefix,
            new FlattenedModel(TypeText.Of(record), properties),
            EquatableArray<RuleModel>.Empty));
    }

    private void Report(EventFlawKind kind, ISymbol culprit, string? wireName = null)
    {
        _isValid = false;
        findings?.Add(new EventFlaw(kind, culprit, wireName, scope));
    }

    internal static bool IsReadable(IPropertySymbol property) =>
        property is { IsStatic: false, IsIndexer: false, DeclaredAccessibility: Accessibility.Public }
        && property.ExplicitInterfaceImplementations.IsEmpty
        && FindGetter(property) is { DeclaredAccessibility: Accessibility.Public };

    /// <summary>An override may declare the setter alone.</summary>
    private static IMethodSymbol? FindGetter(IPropertySymbol property)
    {
        for (IPropertySymbol? declaration = property; declaration is not null; declaration = declaration.OverriddenProperty)
        {
            if (declaration.GetMethod is { } getter)
            {
                return getter;
            }
        }

        return null;
    }

    /// <summary>Whatever a derived record declares under the property's name, a field or a method too, is what the name means there.</summary>
    private bool IsHiddenOrOverridden(IPropertySymbol property, INamedTypeSymbol declaring)
    {
        for (INamedTypeSymbol? derived = type; !SymbolEqualityComparer.Default.Equals(derived, declaring); derived = derived!.BaseType)
        {
            if (!derived!.GetMembers(property.Name).IsEmpty)
            {
                return true;
            }
        }

        return false;
    }
}
