using System.Runtime.CompilerServices;

namespace TypedEvents;

/// <summary><c>"true"</c> or <c>"false"</c>.</summary>
internal readonly struct BooleanTextForm : IWireForm<bool>
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ref byte Write(ref byte destination, bool value)
    {
        if (value)
        {
            return ref RawBytes.CopyLiteral(ref destination, "\"true\""u8);
        }

        return ref RawBytes.CopyLiteral(ref destination, "\"false\""u8);
    }
}

/// <summary><c>true</c> or <c>false</c>.</summary>
internal readonly struct BooleanLiteralForm : IWireForm<bool>
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ref byte Write(ref byte destination, bool value)
    {
        if (value)
        {
            return ref RawBytes.CopyLiteral(ref destination, "true"u8);
        }

        return ref RawBytes.CopyLiteral(ref destination, "false"u8);
    }
}
