namespace TypedEvents.Generators.Model;

/// <summary>A validation attribute: what the values of a property are to keep.</summary>
/// <param name="Description">The rule in words, without any value of an event: <c>Range: 1 to 100</c>.</param>
internal abstract record ValidationRule(string Description);

/// <summary><c>[StringLength]</c>, <c>[Length]</c>, <c>[MinLength]</c> or <c>[MaxLength]</c>: of a text its characters, of a list its elements.</summary>
/// <param name="Min">The smallest length; 0 for none.</param>
/// <param name="Max">The largest length; <see cref="int.MaxValue"/> for none.</param>
/// <param name="Description">The rule in words.</param>
internal sealed record LengthRule(int Min, int Max, string Description) : ValidationRule(Description);

/// <summary><c>[Range]</c>.</summary>
/// <param name="Min">The smallest number: a <see cref="long"/>, <see cref="double"/> or <see cref="decimal"/>, as which values are compared.</param>
/// <param name="Max">The largest number, of the same type.</param>
/// <param name="IsMinExclusive">Whether the smallest number itself breaks the rule.</param>
/// <param name="IsMaxExclusive">Whether the largest number itself breaks the rule.</param>
/// <param name="Description">The rule in words.</param>
internal sealed record RangeRule(object Min, object Max, bool IsMinExclusive, bool IsMaxExclusive, string Description)
    : ValidationRule(Description);

/// <summary><c>[AllowedValues]</c> and <c>[DeniedValues]</c>.</summary>
/// <param name="Values">The values, all of one type and at least one.</param>
/// <param name="IsDenied">Whether they break the rule, and all others keep it.</param>
/// <param name="Description">The rule in words.</param>
internal sealed record AllowedValuesRule(EquatableArray<AllowedValue> Values, bool IsDenied, string Description) : ValidationRule(Description);

/// <summary><c>[RegularExpression]</c>: a text that isn't empty matches as a whole.</summary>
/// <param name="Pattern">The pattern.</param>
/// <param name="TimeoutMilliseconds">How long a match may take; -1 for as long as it takes.</param>
/// <param name="Description">The rule in words.</param>
internal sealed record PatternRule(string Pattern, int TimeoutMilliseconds, string Description) : ValidationRule(Description);

/// <summary>
/// A <see cref="string"/>, <see cref="char"/>, <see cref="bool"/>, <see cref="long"/>, <see cref="ulong"/>, <see cref="float"/>,
/// <see cref="double"/> or <see cref="decimal"/>, as which values are compared; enums are their numbers.
/// </summary>
internal readonly record struct AllowedValue(object Value);
