using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Model;

namespace TypedEvents.Generators.Parsing;

/// <summary>
/// Builds the list of properties that an event sends, from a record that either reader has read. A flaw means that there is no model.
/// Analyzers get their findings from the same place, so that the generator and the rules can't disagree.
/// </summary>
/// <param name="record">The event, or a record that is flattened into it.</param>
/// <param name="scope">Where the properties go in the event.</param>
/// <param name="records">The records that are flattened.</param>
/// <param name="findings">Takes every flaw and every property, of a record that was read from its symbols; <see langword="null"/> to stop at the first flaw.</param>
/// <param name="last">The properties that the last run found: those that are as before are the same objects.</param>
internal sealed class EventModelBuilder(
    DeclaredRecord record,
    FlattenScope scope,
    RecordCatalog records,
    EventFindings? findings,
    EquatableArray<PropertyModel>? last = null)
{
    private RepeatedList<PropertyModel> _properties = new(last, record.Properties.Count);
    private bool _isValid = true;

    /// <summary>Whether an obsolete property is sent.</summary>
    public bool ReadsObsoleteProperties { get; private set; }

    /// <summary>Gives the properties, the base's first, in order of declaration.</summary>
    /// <returns>Whether all of them can be sent.</returns>
    public bool TryBuild(out EquatableArray<PropertyModel> properties)
    {
        AddPropertiesOf(record);
        properties = _properties.ToArray();
        return _isValid;
    }

    private bool IsDone => !_isValid && findings is null;

    private void AddPropertiesOf(DeclaredRecord declaring)
    {
        if (declaring.Base is { } baseRecord)
        {
            AddPropertiesOf(baseRecord);
        }

        foreach (DeclaredProperty property in declaring.Properties)
        {
            if (IsDone)
            {
                return;
            }

            if (!IsHiddenOrOverridden(property, declaring))
            {
                Add(property, declaring);
            }
        }
    }

    private void Add(DeclaredProperty property, DeclaredRecord declaring)
    {
        if (property.Name.Length == 0)
        {
            Report(EventFlawKind.Nameless, property);
            return;
        }

        PropertyAnnotations annotations = PropertyAnnotations.Of(record, declaring, property);
        if (annotations.IsIgnored)
        {
            findings?.AddIgnored();
            return;
        }

        string wireName = annotations.WireName ?? records.Defaults.WireNameOf(property.Name);
        ReportOthers(property, annotations, wireName);
        if (annotations.IsFlattened)
        {
            Flatten(property, annotations, wireName);
            return;
        }

        int boolean = annotations.Boolean ?? records.Defaults.Boolean;
        int date = annotations.Date ?? records.Defaults.Date;
        if (ValueParser.Parse(property.Type, boolean, date) is not { } value)
        {
            Report(EventFlawKind.UnsupportedPropertyType, property);
            return;
        }

        wireName = scope.WithPrefix(wireName);
        if (!scope.TryTake(wireName))
        {
            Report(EventFlawKind.DuplicateWireName, property, wireName);
            return;
        }

        ReadsObsoleteProperties |= annotations.IsObsolete;
        AddModel(property.Name, wireName, value, ParseRules(property, annotations, value));
        findings?.AddSent(property.Symbol!, wireName, scope.Through);
    }

    private EquatableArray<ValidationRule> ParseRules(DeclaredProperty property, PropertyAnnotations annotations, ValueModel value)
    {
        if (findings is null || annotations.Rules is null)
        {
            return ValidationAttributeParser.Parse(annotations.Rules, property.Type, value);
        }

        var flaws = new List<ValidationFlaw>();
        EquatableArray<ValidationRule> rules = ValidationAttributeParser.Parse(annotations.Rules, property.Type, value, flaws);
        ReportWithoutEffect(flaws, property);
        ReportWithoutEffect(RulesThatDoNotCount(property, annotations.Rules), property);
        return rules;
    }

    /// <summary>The validation attributes of the positional parameter that are ignored because the property itself has some.</summary>
    private IEnumerable<ValidationFlaw> RulesThatDoNotCount(DeclaredProperty property, IReadOnlyList<AttributeUse> counting) =>
        record.ParameterAttributes
            .Where(parameter => parameter.Name == property.Name)
            .SelectMany(parameter => parameter.Attributes)
            .Where(attribute => attribute is { Role: AttributeRole.Validation, Source.ApplicationSyntaxReference: not null } && !counting.Contains(attribute))
            .Select(attribute => new ValidationFlaw(attribute, ValidationFlawKind.PropertyHasOthers));

    private void ReportWithoutEffect(IEnumerable<ValidationFlaw> rules, DeclaredProperty property)
    {
        foreach (ValidationFlaw rule in rules)
        {
            findings?.AddWithoutEffect(rule, property.Symbol!, scope.Through);
        }
    }

    /// <summary>Reports attributes of other libraries, and validation attributes that aren't checked.</summary>
    private void ReportOthers(DeclaredProperty property, PropertyAnnotations annotations, string wireName)
    {
        if (findings is null || annotations.Others is null)
        {
            return;
        }

        foreach (AttributeUse attribute in annotations.Others)
        {
            if (attribute.Role == AttributeRole.UncheckedValidation)
            {
                ValidationFlawKind flaw = attribute.Known.Validation == ValidationKind.Required ? ValidationFlawKind.NullIsLeftOut : ValidationFlawKind.IsNotChecked;
                ReportWithoutEffect([new ValidationFlaw(attribute, flaw)], property);
            }
            else if (attribute.Role == AttributeRole.ForeignIgnore ? !annotations.IsSent : annotations is { WireName: null, IsFlattened: false })
            {
                findings.AddForeign(new ForeignAttribute(attribute, property.Symbol!, wireName, scope.Through));
            }
        }
    }

    private void Flatten(DeclaredProperty property, PropertyAnnotations annotations, string wireName)
    {
        if (property.Type.WithoutNullable(out _) is not INamedTypeSymbol type || !type.IsRecordType())
        {
            Report(EventFlawKind.FlattensNoRecord, property);
            return;
        }

        if (scope.TryEnter(type, annotations.Prefix is { } prefix ? scope.WithPrefix(prefix) : scope.PrefixOf(wireName), property.Symbol) is not { } inner)
        {
            Report(EventFlawKind.FlattensItself, property);
            return;
        }

        if (findings is not null)
        {
            findings.AddFlattened(type);
            ReportWithoutEffect((annotations.Rules ?? []).Select(rule => new ValidationFlaw(rule, ValidationFlawKind.IsFlattened)), property);
        }

        var known = _properties.Next?.Value as FlattenedModel;
        var builder = new EventModelBuilder(records.Read(type), inner, records, findings, known?.Properties);
        _isValid &= builder.TryBuild(out EquatableArray<PropertyModel> properties);
        ReadsObsoleteProperties |= builder.ReadsObsoleteProperties || annotations.IsObsolete;
        string text = TypeText.Of(type);
        AddModel(
            property.Name,
            inner.Prefix,
            known is not null && known.Type == text && ReferenceEquals(known.Properties, properties) ? known : new FlattenedModel(text, properties),
            EquatableArray<ValidationRule>.Empty);
    }

    private void AddModel(string name, string wireName, ValueModel value, EquatableArray<ValidationRule> rules)
    {
        PropertyModel? known = _properties.Next;
        _properties.Add(known is not null && known.Name == name && known.WireName == wireName && known.Value.Equals(value) && known.Rules.Equals(rules)
            ? known
            : new PropertyModel(name, wireName, value, rules));
    }

    private void Report(EventFlawKind kind, DeclaredProperty symbol, string? wireName = null)
    {
        _isValid = false;
        findings?.Add(new EventFlaw(kind, symbol.Symbol!, wireName, scope));
    }

    /// <summary>Whether a derived record declares a member of the same name, which may be a field or a method.</summary>
    private bool IsHiddenOrOverridden(DeclaredProperty property, DeclaredRecord declaring)
    {
        for (DeclaredRecord? derived = record; derived is not null && !ReferenceEquals(derived, declaring); derived = derived.Base)
        {
            if (derived.Declares(property.Name))
            {
                return true;
            }
        }

        return false;
    }
}
