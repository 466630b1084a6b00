using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Model;

namespace TypedEvents.Generators.Parsing;

/// <summary>
/// The table of scalar types that can be sent. Each row holds everything that is specific to its type. Enums, lists and flattened records
/// are built on them. A test reports which places a new row still needs.
/// </summary>
internal static class ValueTypes
{
    public static readonly ImmutableArray<ValueType> All = ImmutableArray.Create<ValueType>(
        new("string", SpecialType.System_String, ScalarForm.AsIs, IsListElement: true),
        new("char", SpecialType.System_Char, ScalarForm.AsIs),
        new("bool", SpecialType.System_Boolean, ScalarForm.AsIs, Format: ValueFormat.Boolean),
        new("sbyte", SpecialType.System_SByte, ScalarForm.AsInt32, NumberKind.Int64),
        new("byte", SpecialType.System_Byte, ScalarForm.AsInt32, NumberKind.Int64),
        new("short", SpecialType.System_Int16, ScalarForm.AsInt32, NumberKind.Int64),
        new("ushort", SpecialType.System_UInt16, ScalarForm.AsInt32, NumberKind.Int64),
        new("int", SpecialType.System_Int32, ScalarForm.AsIs, NumberKind.Int64),
        new("uint", SpecialType.System_UInt32, ScalarForm.AsIs, NumberKind.Int64),
        new("long", SpecialType.System_Int64, ScalarForm.AsIs, NumberKind.Int64),
        new("ulong", SpecialType.System_UInt64, ScalarForm.AsIs, NumberKind.UInt64),
        new("nint", SpecialType.System_IntPtr, ScalarForm.AsInt64, NumberKind.Int64),
        new("nuint", SpecialType.System_UIntPtr, ScalarForm.AsUInt64, NumberKind.UInt64),
        new("float", SpecialType.System_Single, ScalarForm.AsIs, NumberKind.Single),
        new("double", SpecialType.System_Double, ScalarForm.AsIs, NumberKind.Double),
        new("decimal", SpecialType.System_Decimal, ScalarForm.AsIs, NumberKind.Decimal),
        new("Half", SpecialType.None, ScalarForm.AsIs, NumberKind.Double),
        new("Int128", SpecialType.None, ScalarForm.AsIs, NumberKind.Wide),
        new("UInt128", SpecialType.None, ScalarForm.AsIs, NumberKind.Wide),
        new("DateTime", SpecialType.System_DateTime, ScalarForm.AsIs, Format: ValueFormat.Date),
        new("DateTimeOffset", SpecialType.None, ScalarForm.AsIs, Format: ValueFormat.Date),
        new("DateOnly", SpecialType.None, ScalarForm.AsIs),
        new("TimeOnly", SpecialType.None, ScalarForm.AsIs),
        new("TimeSpan", SpecialType.None, ScalarForm.AsIs),
        new("Guid", SpecialType.None, ScalarForm.AsIs, IsListElement: true),
        new("Uri", SpecialType.None, ScalarForm.AsIs, IsListElement: true));

    private static readonly Dictionary<SpecialType, ValueType> BySpecialType =
        All.Where(row => row.Special != SpecialType.None).ToDictionary(row => row.Special);

    private static readonly Dictionary<string, ValueType> ByName =
        All.Where(row => row.Special == SpecialType.None).ToDictionary(row => row.Name);

    /// <summary>The row of a type that isn't nullable; <see langword="null"/> if it isn't a scalar that can be sent.</summary>
    public static ValueType? Find(ITypeSymbol type)
    {
        if (type.SpecialType != SpecialType.None)
        {
            return BySpecialType.TryGetValue(type.SpecialType, out ValueType? special) ? special : null;
        }

        return type is INamedTypeSymbol { Arity: 0 } && ByName.TryGetValue(type.Name, out ValueType? named) && type.IsInSystem(type.Name) ? named : null;
    }

    /// <summary>The kind of number that holds every value of a type exactly.</summary>
    public static NumberKind NumberKindOf(ITypeSymbol type) => Find(type)?.Number ?? NumberKind.None;
}

/// <summary>A row of the table.</summary>
/// <param name="Name">The type as it is written in C#. Without a keyword it is one of the namespace <c>System</c>.</param>
/// <param name="Special">How the compiler knows it, where it does.</param>
/// <param name="Form">How it is written without a format.</param>
/// <param name="Number">The kind of number that holds every value exactly, if it is a number.</param>
/// <param name="Format">The format that applies to it.</param>
/// <param name="IsListElement">Whether a list of them is sent as strings.</param>
internal sealed record ValueType(
    string Name,
    SpecialType Special,
    ScalarForm Form,
    NumberKind Number = NumberKind.None,
    ValueFormat Format = ValueFormat.None,
    bool IsListElement = false)
{
    /// <summary>The member of <c>EventWriter</c> that writes it: <c>WriteInt32</c>.</summary>
    public string Writer { get; } = "Write" + Form switch
    {
        ScalarForm.AsInt32 => "Int32",
        ScalarForm.AsInt64 => "Int64",
        ScalarForm.AsUInt64 => "UInt64",
        _ => Special == SpecialType.None ? Name : Special.ToString().Substring("System_".Length),
    };
}

/// <summary>The formats of <c>[EventProperty]</c>.</summary>
internal enum ValueFormat
{
    /// <summary>No format applies to the type.</summary>
    None,

    /// <summary><c>Boolean = …</c>.</summary>
    Boolean,

    /// <summary><c>Date = …</c>.</summary>
    Date,
}

/// <summary>Kinds of numbers, by the type that holds every value exactly.</summary>
internal enum NumberKind
{
    /// <summary>It is not a number.</summary>
    None,

    /// <summary>An integer within <see cref="long"/>.</summary>
    Int64,

    /// <summary>An integer within <see cref="ulong"/>.</summary>
    UInt64,

    /// <summary>An integer of 128 bits.</summary>
    Wide,

    /// <summary><see cref="float"/>.</summary>
    Single,

    /// <summary><see cref="double"/> or <c>Half</c>.</summary>
    Double,

    /// <summary><see cref="decimal"/>.</summary>
    Decimal,
}
