namespace TypedEvents;

/// <summary>A registration request with its users.</summary>
/// <param name="Attempt">What the rules know of it.</param>
/// <param name="Users">The users, whose external ids are of one kind.</param>
internal sealed record RegistrationRequest(Attempt Attempt, UnregisteredUser[] Users);
