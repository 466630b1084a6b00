namespace TypedEvents.Emulator;

/// <summary>A request's body, read by the rules of its path.</summary>
/// <param name="Wire">The bytes as received, before decompression.</param>
/// <param name="Events">The events, if it is a valid report.</param>
/// <param name="Users">The users, if it is a valid registration.</param>
/// <param name="Rejection">The rule that it violates, if it is neither.</param>
internal sealed record Content(
    ReadOnlyMemory<byte> Wire,
    IReadOnlyList<ReceivedEvent> Events,
    IReadOnlyList<UserIdentity> Users,
    RejectionException? Rejection);
