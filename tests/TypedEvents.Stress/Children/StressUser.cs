namespace TypedEvents.Stress;

/// <summary>
/// The users of the events. Half of them are known by their EUID and half by an external id; one external id is the same in each process,
/// and another one is new in each.
/// </summary>
internal static class StressUser
{
    public const int Count = 4;

    private const int Returning = 3;
    private const int New = 4;

    public static EngageUser Of(int user, int process) => user switch
    {
        Returning => EngageUser.UserId("returning"),
        New => EngageUser.UserId(FormattableString.Invariant($"new-{process}")),
        _ => new Euid(user),
    };
}
