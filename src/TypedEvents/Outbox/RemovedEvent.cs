namespace TypedEvents;

/// <summary>What a pending event took that a memory outbox has removed.</summary>
/// <param name="Size">Its share of the page: its JSON, its user's external id, and its place.</param>
/// <param name="User">The user whose EUID wasn't known; <c>default</c> otherwise.</param>
internal readonly record struct RemovedEvent(int Size, EngageUser User);
