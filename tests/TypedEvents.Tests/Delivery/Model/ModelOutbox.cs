using System.Buffers.Text;

namespace TypedEvents.Tests;

/// <summary>A memory outbox that several processes of a model run share, and whose claim the system gives back when one is killed.</summary>
internal sealed class ModelOutbox(TimeProvider clock) : DelegatingOutbox(new MemoryOutbox(timeProvider: clock))
{
    private ModelClaim? _claim;

    /// <summary>Whether a settlement fails this time.</summary>
    public Func<bool> FailsToSettle { get; set; } = () => false;

    /// <inheritdoc/>
    public override TimeSpan PollInterval => Polls;

    /// <summary>How often it is looked for what others append: never, where nothing happens in a model run but what it does.</summary>
    public TimeSpan Polls { get; set; } = Timeout.InfiniteTimeSpan;

    public override async ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken) =>
        await base.TryClaimAsync(cancellationToken) is { } claim ? _claim = new ModelClaim(claim, () => FailsToSettle()) : null;

    public void ForceClaimBack()
    {
        _claim?.DisposeAsync().AsTask().Wait();
        _claim = null;
    }

    /// <summary>Whether an event is a dead letter, or pending under a name that is held.</summary>
    public bool IsQuarantined(ModelEvent sent) =>
        ListAsync(OutboxQuery.DeadLetters with { EventName = sent.Name }, int.MaxValue, CancellationToken.None).AsTask().Result
            .Any(letter => NumberOf(letter) == sent.Number)
        || IsHeld(sent.Name);

    /// <summary>Whether events of a name are held.</summary>
    public bool IsHeld(string name) => _claim?.ReadHeldAsync(name, 0, CancellationToken.None).AsTask().Result is not null;

    public static ModelEvent EventOf(StoredEvent stored, IReadOnlyList<ModelEvent> events) => events[NumberOf(stored)];

    private static int NumberOf(StoredEvent stored)
    {
        ReadOnlySpan<byte> digits = stored.Json.Span[(stored.Json.Span.IndexOf("\"n\":"u8) + 4)..];
        Assert.True(Utf8Parser.TryParse(digits, out int number, out _));
        return number;
    }
}
