using System.Runtime.CompilerServices;

namespace TypedEvents;

/// <summary><c>"true"</c> or <c>"false"</c>.</summary>
internal readonly struct BooleanStringForm : IWireForm<bool>
{
    /// <summary>Touches eight bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref byte Write(ref byte destination, bool value)
    {
        // "true" and "false" with their quotes, the first character in the lowest bits.
        RawBytes.Put(ref destination, 0, value ? 0x0022_6575_7274_22UL : 0x22_6573_6C61_6622UL);
        return ref RawBytes.Skip(ref destination, value ? 6 : 7);
    }
}

/// <summary><c>true</c> or <c>false</c>.</summary>
internal readonly struct BooleanLiteralForm : IWireForm<bool>
{
    /// <summary>Touches eight bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref byte Write(ref byte destination, bool value)
    {
        RawBytes.Put(ref destination, 0, value ? 0x6575_7274UL : 0x65_736C_6166UL);
        return ref RawBytes.Skip(ref destination, value ? 4 : 5);
    }
}
