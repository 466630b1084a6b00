namespace TypedEvents.Generators.Model;

/// <summary>A validation rule: a condition for the values of a property.</summary>
/// <param name="Description">The rule in words, without any value of an event: <c>Range: 1 to 100</c>.</param>
internal abstract record ValidationRule(string Description);

/// <summary><c>[StringLength]</c>, <c>[Length]</c>, <c>[MinLength]</c> or <c>[MaxLength]</c>: limits the characters of a string or the elements of a list.</summary>
/// <param name="Min">The smallest length; 0 for none.</param>
/// <param name="Max">The largest length; <see cref="int.MaxValue"/> for none.</param>
/// <param name="Description">The rule in words.</param>
internal sealed record LengthRule(int Min, int Max, string Description) : ValidationRule(Description);

/// <summary><c>[Range]</c>.</summary>
/// <param name="Min">The smallest number: a <see cref="long"/>, <see cref="double"/> or <see cref="decimal"/>, as which values are compared.</param>
/// <param name="Max">The largest number, of the same type.</param>
/// <param name="IsMinExclusive">Whether the smallest number itself is invalid.</param>
/// <param name="IsMaxExclusive">Whether the largest number itself is invalid.</param>
/// <param name="Description">The rule in words.</param>
internal sealed record RangeRule(object Min, object Max, bool IsMinExclusive, bool IsMaxExclusive, string Description)
    : ValidationRule(Description);

/// <summary><c>[AllowedValues]</c> and <c>[DeniedValues]</c>.</summary>
/// <param name="Values">The values, all of one type and at least one.</param>
/// <param name="IsDenied">Whether these values are invalid and all others valid.</param>
/// <param name="Description">The rule in words.</param>
internal sealed record AllowedValuesRule(EquatableArray<AllowedValue> Values, bool IsDenied, string Description) : ValidationRule(Description);

/// <summary><c>[RegularExpression]</c>: a string that isn't empty must match as a whole.</summary>
/// <param name="Pattern">The pattern.</param>
/// <param name="TimeoutMilliseconds">The match timeout in milliseconds; -1 if the attribute asks for none.</param>
/// <param name="Description">The rule in words.</param>
internal sealed record PatternRule(string Pattern, int TimeoutMilliseconds, string Description) : ValidationRule(Description);

/// <summary>
/// A <see cref="string"/>, <see cref="char"/>, <see cref="bool"/>, <see cref="long"/>, <see cref="ulong"/>, <see cref="float"/>,
/// <see cref="double"/> or <see cref="decimal"/>, as which values are compared; enums are their numbers.
/// </summary>
internal readonly record struct AllowedValue(object Value);
