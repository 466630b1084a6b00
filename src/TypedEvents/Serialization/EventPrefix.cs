using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TypedEvents;

/// <summary>
/// The JSON before the EUID in each event of one type, <c>{"event_name":"sign_up","euid":</c>, padded with zeros to
/// whole blocks, so that it can be copied without checking its length.
/// </summary>
internal sealed class EventPrefix
{
    private const int BlockBytes = 32;

    private readonly byte[] _padded;

    public EventPrefix(ReadOnlySpan<byte> prefix)
    {
        Length = prefix.Length;
        _padded = new byte[Math.Max(1, (prefix.Length + BlockBytes - 1) / BlockBytes) * BlockBytes];
        prefix.CopyTo(_padded);
    }

    /// <summary>The number of bytes without padding.</summary>
    public int Length { get; }

    /// <summary>The number of bytes that a copy may overwrite.</summary>
    public int PaddedLength => _padded.Length;

    /// <summary>The bytes without padding.</summary>
    public ReadOnlySpan<byte> Span => _padded.AsSpan(0, Length);

    /// <summary>Copies the bytes; there must be room for <see cref="PaddedLength"/>.</summary>
    /// <returns>The byte after those that aren't padding.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref byte CopyTo(ref byte destination)
    {
        ref byte from = ref MemoryMarshal.GetArrayDataReference(_padded);
        nuint length = (nuint)_padded.Length;
        nuint done = 0;
        do
        {
            Vector128.LoadUnsafe(ref from, done).StoreUnsafe(ref destination, done);
            Vector128.LoadUnsafe(ref from, done + 16).StoreUnsafe(ref destination, done + 16);
            done += BlockBytes;
        }
        while (done < length);

        return ref RawBytes.Skip(ref destination, Length);
    }
}
