namespace TypedEvents.Generators.Parsing;

/// <summary>The annotations of a property: <c>[EventProperty]</c>, <c>[EventIgnore]</c>, <c>[Flatten]</c> and validation attributes.</summary>
/// <param name="IsIgnored">Whether the property is left out.</param>
/// <param name="IsFlattened">Whether the properties of its value are sent in its place.</param>
/// <param name="Prefix">The explicit prefix of those.</param>
/// <param name="WireName">Its explicit name.</param>
/// <param name="Boolean">The number of its <c>BooleanFormat</c>, where it is set.</param>
/// <param name="Date">The number of its <c>DateFormat</c>, where it is set.</param>
/// <param name="Rules">Its validation attributes, if there are any.</param>
/// <param name="Others">Attributes that only analyzers look at: of other libraries, and validation that isn't checked.</param>
/// <param name="IsSent">Whether an annotation says how it is sent, and so that it is.</param>
/// <param name="IsObsolete">Whether reading it is reported: <c>[Obsolete]</c> may be on the property, its getter, or an overridden property.</param>
internal readonly record struct PropertyAnnotations(
    bool IsIgnored,
    bool IsFlattened,
    string? Prefix,
    string? WireName,
    int? Boolean,
    int? Date,
    IReadOnlyList<AttributeUse>? Rules,
    IReadOnlyList<AttributeUse>? Others,
    bool IsSent,
    bool IsObsolete)
{
    /// <summary>The <c>[EventProperty]</c> that counts, whose other arguments are for the contract.</summary>
    public AttributeUse? EventProperty { get; init; }

    /// <summary>The nearest <c>[Obsolete]</c>; its getter's isn't here.</summary>
    public AttributeUse? Obsolete { get; init; }

    /// <summary>The nearest <c>[EventSensitivity]</c>.</summary>
    public AttributeUse? Sensitivity { get; init; }

    /// <summary>The data classifications of all declarations: an override doesn't lose those of its base.</summary>
    public List<AttributeUse>? Classifications { get; init; }

    /// <summary>
    /// Reads a property's annotations, from itself or from the positional parameter that it stands for. An override takes
    /// those of its base unless it has its own; the same goes for validation attributes, apart from the others.
    /// </summary>
    /// <param name="record">The record, which may have a positional parameter for a property of its base.</param>
    /// <param name="declaring">The record or base record that declares the property.</param>
    /// <param name="property">The property.</param>
    public static PropertyAnnotations Of(DeclaredRecord record, DeclaredRecord declaring, DeclaredProperty property)
    {
        PropertyAnnotations annotations = default;
        bool found = false;
        DeclaredRecord? from = record;
        DeclaredRecord? level = declaring;
        for (DeclaredProperty? declaration = property; declaration is not null; declaration = FindOverridden(declaration, ref level))
        {
            Read(declaration.Attributes, ref annotations, ref found);
            if (declaration.IsObsolete && !annotations.IsObsolete)
            {
                annotations = annotations with { IsObsolete = true };
            }

            while (from is not null)
            {
                foreach (ParameterAttributes parameter in from.ParameterAttributes)
                {
                    if (parameter.Name == property.Name)
                    {
                        Read(parameter.Attributes, ref annotations, ref found);
                    }
                }

                bool declaresIt = ReferenceEquals(from, level);
                from = from.Base;
                if (declaresIt)
                {
                    break;
                }
            }
        }

        return annotations;
    }

    private static DeclaredProperty? FindOverridden(DeclaredProperty property, ref DeclaredRecord? level)
    {
        if (!property.IsOverride)
        {
            return null;
        }

        for (level = level!.Base; level is not null; level = level.Base)
        {
            if (level.FindProperty(property.Name) is { } overridden)
            {
                return overridden;
            }
        }

        return null;
    }

    /// <summary>Takes over what a declaration nearer to the event doesn't say.</summary>
    private static void Read(List<AttributeUse>? attributes, ref PropertyAnnotations annotations, ref bool found)
    {
        if (attributes is null)
        {
            return;
        }

        if (attributes.TrueForAll(static attribute => attribute.Role == AttributeRole.Validation))
        {
            annotations = annotations.Rules is null ? annotations with { Rules = attributes } : annotations;
            return;
        }

        bool isNearest = !found;
        List<AttributeUse>? rules = null;
        List<AttributeUse>? others = null;
        foreach (AttributeUse attribute in attributes)
        {
            if (isNearest && TryRead(attribute, ref annotations))
            {
                found = true;
            }
            else if (annotations.Rules is null && attribute.Role == AttributeRole.Validation)
            {
                (rules ??= []).Add(attribute);
            }
            else if (annotations.Others is null && (attribute.Known.IsForeign || attribute.Role == AttributeRole.UncheckedValidation))
            {
                (others ??= []).Add(attribute);
            }
            else
            {
                annotations = annotations.WithNote(attribute);
            }
        }

        annotations = rules is null ? annotations : annotations with { Rules = rules };
        annotations = others is null ? annotations : annotations with { Others = others };
    }

    /// <summary>Takes over what changes nothing of what is sent, and stands in the contract.</summary>
    private PropertyAnnotations WithNote(AttributeUse attribute) => attribute.Role switch
    {
        AttributeRole.Obsolete when Obsolete is null => this with { Obsolete = attribute },
        AttributeRole.Sensitivity when Sensitivity is null => this with { Sensitivity = attribute },
        AttributeRole.Classification => this with { Classifications = [.. Classifications ?? [], attribute] },
        _ => this,
    };

    private static bool TryRead(AttributeUse attribute, ref PropertyAnnotations annotations)
    {
        switch (attribute.Role)
        {
            case AttributeRole.EventIgnore:
                annotations = annotations with { IsIgnored = true };
                return true;
            case AttributeRole.EventProperty:
                annotations = annotations with
                {
                    WireName = attribute.FirstString,
                    Boolean = attribute.NamedEnum("Boolean"),
                    Date = attribute.NamedEnum("Date"),
                    IsSent = true,
                    EventProperty = attribute,
                };
                return true;
            case AttributeRole.Flatten:
                annotations = annotations with { IsFlattened = true, IsSent = true, Prefix = attribute.FirstString };
                return true;
            default:
                return false;
        }
    }
}
