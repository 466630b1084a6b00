using System.Runtime.CompilerServices;

namespace TypedEvents;

/// <summary>A value in a list: a comma follows.</summary>
internal readonly struct ElementForm<TValue, TForm> : IWireForm<TValue>
    where TForm : struct, IWireForm<TValue>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref byte Write(ref byte destination, TValue value)
    {
        ref byte end = ref TForm.Write(ref destination, value);
        end = (byte)',';
        return ref RawBytes.Skip(ref end, 1);
    }
}
