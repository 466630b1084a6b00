using TypedEvents.Generators.Model;

namespace TypedEvents.Generators.Parsing;

/// <summary>
/// What an attribute that looks like a validation attribute comes to: a rule, or why it is none. It is neither where it sets no limit on purpose,
/// and where it isn't typed to its end.
/// </summary>
/// <param name="Rule">The rule.</param>
/// <param name="Flaw">Why it is none.</param>
internal readonly record struct ValidationAttributeReading(ValidationRule? Rule, ValidationFlawKind? Flaw)
{
    /// <summary>There is nothing to check, and nothing to say.</summary>
    public static ValidationAttributeReading Nothing => default;

    public static implicit operator ValidationAttributeReading(ValidationRule rule) => new(rule, null);

    public static implicit operator ValidationAttributeReading(ValidationFlawKind flaw) => new(null, flaw);
}

/// <summary>An attribute that was meant as a validation attribute and is none.</summary>
/// <param name="Attribute">The attribute.</param>
/// <param name="Kind">The reason.</param>
internal readonly record struct ValidationFlaw(AttributeUse Attribute, ValidationFlawKind Kind);

/// <summary>The reasons why an attribute is no validation attribute.</summary>
internal enum ValidationFlawKind
{
    /// <summary>It concerns texts, and the property is none.</summary>
    ConcernsStrings,

    /// <summary>It concerns texts and lists, and the property is neither.</summary>
    ConcernsStringsAndLists,

    /// <summary>It concerns numbers, and the property is none.</summary>
    ConcernsNumbers,

    /// <summary>It concerns what can be compared with a constant, and the property can't.</summary>
    ConcernsConstants,

    /// <summary>No text is so short or so long.</summary>
    NoLengthKeepsIt,

    /// <summary>The largest length is none that the attribute takes.</summary>
    LengthIsNotPositive,

    /// <summary>No number is between the bounds.</summary>
    NoNumberKeepsIt,

    /// <summary>A bound is NaN.</summary>
    BoundIsNaN,

    /// <summary>The bounds are texts, and no numbers.</summary>
    BoundsAreNoNumbers,

    /// <summary>The bounds are texts, and to be read as a type that isn't compared here.</summary>
    BoundsOfOtherType,

    /// <summary>It names no value, or <see langword="null"/> alone.</summary>
    AllowsNoValue,

    /// <summary>The property's type has none of the values.</summary>
    AllowsNoValueOfType,

    /// <summary>The pattern is empty.</summary>
    PatternIsEmpty,

    /// <summary>The pattern isn't a regular expression.</summary>
    PatternIsNone,

    /// <summary>The property has <c>[Flatten]</c>: what is sent are the properties of its value.</summary>
    IsFlattened,

    /// <summary>It isn't among those that the generated code checks.</summary>
    IsNotChecked,

    /// <summary>It demands a value, and a property without one is left out.</summary>
    NullIsLeftOut,

    /// <summary>It derives from an attribute that is checked, and checks something else.</summary>
    HasOwnCheck,

    /// <summary>It derives from an attribute that is checked, and its limits aren't constants in this project.</summary>
    LimitsAreUnknown,

    /// <summary>It denies nothing that is sent.</summary>
    DeniesNoValue,

    /// <summary>It stands on a positional parameter, and the property itself has rules.</summary>
    PropertyHasOthers,
}
