namespace TypedEvents;

/// <summary>A change of the outbox that follows from a response.</summary>
/// <param name="MakeAsync">Makes it under a claim. Returns <see langword="false"/> where the claim is lost: then nothing is changed.</param>
/// <param name="OnEnded">Is called with that when it has ended, unless it failed.</param>
internal sealed record OutboxChange(Func<IOutboxClaim, CancellationToken, ValueTask<bool>> MakeAsync, Action<bool>? OnEnded = null);
