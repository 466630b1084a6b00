namespace TypedEvents;

/// <summary>A registration request with its users.</summary>
/// <param name="attempt">What the rules know of it.</param>
/// <param name="users">The users, whose external ids are of one kind.</param>
internal sealed class RegistrationRequest(Attempt attempt, UnregisteredUser[] users)
{
    public Attempt Attempt => attempt;

    public UnregisteredUser[] Users => users;
}
