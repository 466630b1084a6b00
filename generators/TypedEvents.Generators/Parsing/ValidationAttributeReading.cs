using TypedEvents.Generators.Model;

namespace TypedEvents.Generators.Parsing;

/// <summary>
/// The result of reading a validation attribute: a rule, or the reason why it has no effect. It is neither if the attribute deliberately sets
/// no limit, or isn't complete yet.
/// </summary>
/// <param name="Rule">The rule.</param>
/// <param name="Flaw">The reason why the attribute has no effect.</param>
internal readonly record struct ValidationAttributeReading(ValidationRule? Rule, ValidationFlawKind? Flaw)
{
    /// <summary>There is nothing to check and nothing to report.</summary>
    public static ValidationAttributeReading Nothing => default;

    /// <summary>The rule as the only one of its property. Readings are remembered, and most properties with rules have one.</summary>
    public EquatableArray<ValidationRule>? Alone { get; private init; }

    public static implicit operator ValidationAttributeReading(ValidationRule rule) => new(rule, null) { Alone = new EquatableArray<ValidationRule>([rule]) };

    public static implicit operator ValidationAttributeReading(ValidationFlawKind flaw) => new(null, flaw);
}

/// <summary>A validation attribute that has no effect.</summary>
/// <param name="Attribute">The attribute.</param>
/// <param name="Kind">The reason.</param>
internal readonly record struct ValidationFlaw(AttributeUse Attribute, ValidationFlawKind Kind);

/// <summary>The reasons why a validation attribute has no effect.</summary>
internal enum ValidationFlawKind
{
    /// <summary>It applies to strings, and the property isn't one.</summary>
    ConcernsStrings,

    /// <summary>It applies to strings and lists, and the property is neither.</summary>
    ConcernsStringsAndLists,

    /// <summary>It applies to numbers, and the property isn't one.</summary>
    ConcernsNumbers,

    /// <summary>It applies to values that can be compared with a constant, and the property's can't.</summary>
    ConcernsConstants,

    /// <summary>No length satisfies it.</summary>
    NoLengthKeepsIt,

    /// <summary>The attribute doesn't accept its maximum length.</summary>
    LengthIsNotPositive,

    /// <summary>No number is between its bounds.</summary>
    NoNumberKeepsIt,

    /// <summary>A bound is NaN.</summary>
    BoundIsNaN,

    /// <summary>Its bounds are strings that aren't numbers.</summary>
    BoundsAreNoNumbers,

    /// <summary>Its bounds are strings of a type that isn't supported.</summary>
    BoundsOfOtherType,

    /// <summary>It allows no value, or <see langword="null"/> alone.</summary>
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

    /// <summary>It requires a value, and a property without a value is left out.</summary>
    NullIsLeftOut,

    /// <summary>It derives from an attribute that is checked, and overrides the check.</summary>
    HasOwnCheck,

    /// <summary>It derives from an attribute that is checked, and its limits aren't constants in this project.</summary>
    LimitsAreUnknown,

    /// <summary>It denies nothing that is sent.</summary>
    DeniesNoValue,

    /// <summary>It is on a positional parameter, and the property itself has validation attributes.</summary>
    PropertyHasOthers,
}
