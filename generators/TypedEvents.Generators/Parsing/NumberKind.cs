using Microsoft.CodeAnalysis;

namespace TypedEvents.Generators.Parsing;

/// <summary>Numbers by what holds each of them exactly.</summary>
internal enum NumberKind
{
    /// <summary>It is no number.</summary>
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

internal static class NumberKinds
{
    public static NumberKind Of(ITypeSymbol type)
    {
        switch (type.SpecialType)
        {
            case SpecialType.System_SByte:
            case SpecialType.System_Byte:
            case SpecialType.System_Int16:
            case SpecialType.System_UInt16:
            case SpecialType.System_Int32:
            case SpecialType.System_UInt32:
            case SpecialType.System_Int64:
            case SpecialType.System_IntPtr:
                return NumberKind.Int64;
            case SpecialType.System_UInt64:
            case SpecialType.System_UIntPtr:
                return NumberKind.UInt64;
            case SpecialType.System_Single:
                return NumberKind.Single;
            case SpecialType.System_Double:
                return NumberKind.Double;
            case SpecialType.System_Decimal:
                return NumberKind.Decimal;
            case SpecialType.None when type.IsInSystem("Half"):
                return NumberKind.Double;
            case SpecialType.None when type.IsInSystem("Int128") || type.IsInSystem("UInt128"):
                return NumberKind.Wide;
            default:
                return NumberKind.None;
        }
    }
}
