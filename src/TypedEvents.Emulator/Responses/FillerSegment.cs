using System.Buffers;

namespace TypedEvents.Emulator;

/// <summary>A segment of a body. Segments share memory, so a body of any length needs a few kilobytes.</summary>
internal sealed class FillerSegment : ReadOnlySequenceSegment<byte>
{
    private const int ChunkLength = 64 * 1024;

    private FillerSegment(ReadOnlyMemory<byte> memory) => Memory = memory;

    public static ReadOnlySequence<byte> Surround(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> suffix, long length)
    {
        byte[] chunk = new byte[ChunkLength];
        chunk.AsSpan().Fill((byte)'x');

        var first = new FillerSegment(prefix.ToArray());
        FillerSegment last = first;
        for (long left = length - prefix.Length - suffix.Length; left > 0; left -= ChunkLength)
        {
            last = last.Append(chunk.AsMemory(0, (int)Math.Min(left, ChunkLength)));
        }

        last = last.Append(suffix.ToArray());
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private FillerSegment Append(ReadOnlyMemory<byte> memory)
    {
        var next = new FillerSegment(memory) { RunningIndex = RunningIndex + Memory.Length };
        Next = next;
        return next;
    }
}
