using System.Runtime.CompilerServices;

namespace TypedEvents;

/// <summary>A string of one character. It has at most three bytes, so it is never cut.</summary>
internal readonly struct CharacterForm : IWireForm<char>
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ref byte Write(ref byte destination, char value)
    {
        destination = (byte)'"';
        ref byte end = ref JsonText.Write(ref RawBytes.Skip(ref destination, 1), new ReadOnlySpan<char>(in value));
        end = (byte)'"';
        return ref RawBytes.Skip(ref end, 1);
    }
}
