using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace TypedEvents.Generators.Parsing;

/// <summary>Converts the arguments of a known attribute as the compiler does for the constructor that they select.</summary>
internal static class AttributeConstructors
{
    /// <summary>Returns the arguments as the constructor receives them, or <see langword="null"/> if the overload isn't certain.</summary>
    /// <param name="known">The attribute.</param>
    /// <param name="given">The arguments as they are written.</param>
    public static ImmutableArray<Constant>? TryBind(KnownAttribute known, ImmutableArray<Constant> given)
    {
        if (known.Role != AttributeRole.Validation)
        {
            return given;
        }

        return known.Validation switch
        {
            ValidationKind.Range => BindRange(given),
            ValidationKind.AllowedValues or ValidationKind.DeniedValues => BindValues(given),
            ValidationKind.RegularExpression => given is [{ Value: string or null }] ? given : null,
            ValidationKind.StringLength or ValidationKind.MaxLength or ValidationKind.MinLength or ValidationKind.Length => BindNumbers(given),
            _ => null,
        };
    }

    private static ImmutableArray<Constant>? BindNumbers(ImmutableArray<Constant> given)
    {
        if (given.All(static argument => argument is { Kind: TypedConstantKind.Primitive, Value: int }))
        {
            return given;
        }

        ImmutableArray<Constant>.Builder numbers = ImmutableArray.CreateBuilder<Constant>(given.Length);
        foreach (Constant argument in given)
        {
            if (To(argument, SpecialType.System_Int32) is not { } number)
            {
                return null;
            }

            numbers.Add(number);
        }

        return numbers.MoveToImmutable();
    }

    private static ImmutableArray<Constant>? BindRange(ImmutableArray<Constant> given) => given switch
    {
        [{ Kind: TypedConstantKind.Type }, { Value: string or null }, { Value: string or null }] => given,
        [{ Kind: TypedConstantKind.Primitive, Value: int }, { Kind: TypedConstantKind.Primitive, Value: int }]
            or [{ Kind: TypedConstantKind.Primitive, Value: double }, { Kind: TypedConstantKind.Primitive, Value: double }] => given,
        [var min, var max] when To(min, SpecialType.System_Int32) is { } from && To(max, SpecialType.System_Int32) is { } to => ImmutableArray.Create(from, to),
        [var min, var max] when To(min, SpecialType.System_Double) is { } from && To(max, SpecialType.System_Double) is { } to => ImmutableArray.Create(from, to),
        _ => null,
    };

    /// <summary><c>params object?[]</c>: a single <see langword="null"/> is the array itself.</summary>
    private static ImmutableArray<Constant>? BindValues(ImmutableArray<Constant> given) =>
        ImmutableArray.Create(Constant.Of(given is [{ Kind: TypedConstantKind.Primitive, Value: null }] ? default : given));

    private static Constant? To(Constant constant, SpecialType type) =>
        constant is { Kind: TypedConstantKind.Primitive, Value: { } value } && SyntaxConstants.Convert(value, type) is { } converted ? Constant.Of(converted) : null;
}
