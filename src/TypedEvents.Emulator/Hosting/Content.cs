namespace TypedEvents.Emulator;

/// <summary>A request's body, read by its path's rules.</summary>
/// <param name="Wire">The bytes as they came.</param>
/// <param name="Events">The events, if it is a valid report.</param>
/// <param name="Users">The users, if it is a valid registration.</param>
/// <param name="Rejection">The rule that it breaks, if it is neither.</param>
internal sealed record Content(
    ReadOnlyMemory<byte> Wire,
    IReadOnlyList<ReceivedEvent> Events,
    IReadOnlyList<UserIdentity> Users,
    RejectionException? Rejection);
