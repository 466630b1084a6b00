using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace TypedEvents.Generators.Parsing;

/// <summary>A constant in source, whichever reader has read it.</summary>
/// <param name="kind">What it is.</param>
/// <param name="value">Its value: of an enum its number, of a <c>typeof</c> the type.</param>
/// <param name="type">Its type, where it is an enum.</param>
/// <param name="values">The elements, where it is an array.</param>
internal readonly struct Constant(TypedConstantKind kind, object? value, ITypeSymbol? type = null, ImmutableArray<Constant> values = default)
{
    public TypedConstantKind Kind => kind;

    public object? Value => value;

    public ITypeSymbol? Type => type;

    public ImmutableArray<Constant> Values => values;

    public bool IsNull => kind == TypedConstantKind.Array ? values.IsDefault : value is null;

    /// <summary>Whether the compiler can't make sense of it, or of a part of it.</summary>
    public bool IsError => kind switch
    {
        TypedConstantKind.Error => true,
        TypedConstantKind.Array => !values.IsDefault && values.Any(element => element.IsError),
        _ => false,
    };

    /// <summary>A value of a built-in type.</summary>
    public static Constant Of(object? value) => new(TypedConstantKind.Primitive, value);

    /// <summary>An array.</summary>
    public static Constant Of(ImmutableArray<Constant> values) => new(TypedConstantKind.Array, null, null, values);

    /// <summary>A constant as the compiler gives it.</summary>
    public static Constant Of(TypedConstant constant) => constant.Kind == TypedConstantKind.Array
        ? Of(constant.IsNull ? default : ImmutableArray.CreateRange(constant.Values, Of))
        : new Constant(constant.Kind, constant.Value, constant.Type);
}
