namespace TypedEvents;

/// <summary>A change of the outbox that follows from a response.</summary>
/// <param name="makeAsync">Makes it under a claim. Returns <see langword="false"/> where the claim is lost: then nothing is changed.</param>
/// <param name="onEnded">Is called with that when it has ended, unless it failed.</param>
internal sealed class OutboxChange(Func<IOutboxClaim, CancellationToken, ValueTask<bool>> makeAsync, Action<bool>? onEnded = null)
{
    /// <summary>The events that it settles, once it is remembered for later.</summary>
    public long[] Positions { get; private set; } = [];

    public ValueTask<bool> MakeAsync(IOutboxClaim claim, CancellationToken cancellationToken) => makeAsync(claim, cancellationToken);

    public void End(bool isMade) => onEnded?.Invoke(isMade);

    public void NotePositions(OutboxEvent[] events)
    {
        Positions = new long[events.Length];
        for (int i = 0; i < events.Length; i++)
        {
            Positions[i] = events[i].Position;
        }
    }
}
