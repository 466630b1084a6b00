namespace TypedEvents.Benchmarks;

/// <summary>A thread's buffers for the floor: allocated in advance, and not shared with other threads.</summary>
internal sealed class FloorThread
{
    public const int MaxEventBytes = 32 * 1024;

    private readonly byte[] _block = GC.AllocateArray<byte>(64 * 1024, pinned: true);
    private int _used;

    public ScratchBuffer Scratch { get; } = new();

    public static FloorThread[] Make(int threads) => [.. Enumerable.Range(0, threads).Select(_ => new FloorThread())];

    /// <summary>Copies an event after the last one, and starts again at the beginning when the block is full.</summary>
    public void Copy(ReadOnlySpan<byte> json)
    {
        if (_used + json.Length > _block.Length)
        {
            _used = 0;
        }

        json.CopyTo(_block.AsSpan(_used));
        _used += json.Length;
    }
}
