namespace TypedEvents.Emulator;

/// <summary>The valid events and users that the emulator was configured to reject.</summary>
internal sealed class Rejections
{
    private volatile Rejection<ReceivedEvent>? _events;
    private volatile Rejection<UserIdentity>? _users;
    private volatile Func<UserIdentity, bool>? _omitted;

    public void RejectEvents(Func<ReceivedEvent, bool>? isRejected, Response response) => _events = Rejection<ReceivedEvent>.Of(isRejected, response);

    public void RejectUsers(Func<UserIdentity, bool>? isRejected, Response response) => _users = Rejection<UserIdentity>.Of(isRejected, response);

    public void OmitUsers(Func<UserIdentity, bool>? isOmitted) => _omitted = isOmitted;

    public Response? Reject(IEnumerable<ReceivedEvent> events) => _events?.ResponseTo(events);

    public Response? Reject(IEnumerable<UserIdentity> users) => _users?.ResponseTo(users);

    public bool Omits(UserIdentity user) => _omitted?.Invoke(user) ?? false;

    private sealed class Rejection<T>(Func<T, bool> isRejected, Response response)
    {
        public static Rejection<T>? Of(Func<T, bool>? isRejected, Response response) => isRejected is null ? null : new(isRejected, response);

        public Response? ResponseTo(IEnumerable<T> items) => items.Any(isRejected) ? response : null;
    }
}
