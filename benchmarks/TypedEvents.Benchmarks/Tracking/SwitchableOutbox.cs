namespace TypedEvents.Benchmarks;

/// <summary>A memory outbox that can be switched to discard events, to measure only the caller's part.</summary>
internal sealed class SwitchableOutbox() : DelegatingOutbox(new MemoryOutbox())
{
    public bool Discards { get; set; }

    public override ValueTask<int> AppendAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken) =>
        Discards ? ValueTask.FromResult(blocks.Count) : base.AppendAsync(blocks, cancellationToken);
}
