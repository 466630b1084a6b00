namespace TypedEvents.Emulator;

/// <summary>Which correct events and users the emulator was told not to accept.</summary>
internal sealed class Rejections
{
    private volatile Order<ReceivedEvent>? _events;
    private volatile Order<UserIdentity>? _users;
    private volatile Func<UserIdentity, bool>? _omitted;

    public void RejectEvents(Func<ReceivedEvent, bool>? isRejected, Response response) => _events = Order<ReceivedEvent>.Of(isRejected, response);

    public void RejectUsers(Func<UserIdentity, bool>? isRejected, Response response) => _users = Order<UserIdentity>.Of(isRejected, response);

    public void OmitUsers(Func<UserIdentity, bool>? isOmitted) => _omitted = isOmitted;

    public Response? Reject(IEnumerable<ReceivedEvent> events) => _events?.ResponseTo(events);

    public Response? Reject(IEnumerable<UserIdentity> users) => _users?.ResponseTo(users);

    public bool LeavesOut(UserIdentity user) => _omitted?.Invoke(user) ?? false;

    private sealed class Order<T>(Func<T, bool> isRejected, Response response)
    {
        public static Order<T>? Of(Func<T, bool>? isRejected, Response response) => isRejected is null ? null : new(isRejected, response);

        public Response? ResponseTo(IEnumerable<T> items) => items.Any(isRejected) ? response : null;
    }
}
