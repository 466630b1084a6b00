using System.Buffers;

namespace TypedEvents.Benchmarks;

/// <summary>One array for all candidates: the location of the buffer alone can make a difference of up to 30 %.</summary>
internal sealed class SharedBuffer : IBufferWriter<byte>
{
    private static readonly byte[] Array = GC.AllocateArray<byte>(64 * 1024, pinned: true);

    private int _written;

    public ReadOnlySpan<byte> Written => Array.AsSpan(0, _written);

    public void Clear() => _written = 0;

    public void Advance(int count) => _written += count;

    public Memory<byte> GetMemory(int sizeHint = 0) => Array.AsMemory(_written);

    public Span<byte> GetSpan(int sizeHint = 0) => Array.AsSpan(_written);

    /// <summary>The same array for <see cref="EventWriter"/>.</summary>
    public sealed class Scratch : ScratchBuffer
    {
        protected override byte[] NewArray(int length) => length <= Array.Length ? Array : new byte[length];
    }
}
