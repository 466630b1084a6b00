namespace TypedEvents.Emulator;

/// <summary>Which correct events and users the emulator was told not to accept.</summary>
internal sealed class Rejections
{
    private volatile Order<ReceivedEvent>? _events;
    private volatile Order<UserIdentity>? _users;
    private volatile Func<UserIdentity, bool>? _omitted;

    public void RejectEvents(Func<ReceivedEvent, bool>? isRefused, Response response) => _events = Order<ReceivedEvent>.Of(isRefused, response);

    public void RejectUsers(Func<UserIdentity, bool>? isRefused, Response response) => _users = Order<UserIdentity>.Of(isRefused, response);

    public void OmitUsers(Func<UserIdentity, bool>? isOmitted) => _omitted = isOmitted;

    public Response? Refuse(IEnumerable<ReceivedEvent> events) => _events?.AnswerTo(events);

    public Response? Refuse(IEnumerable<UserIdentity> users) => _users?.AnswerTo(users);

    public bool LeavesOut(UserIdentity user) => _omitted?.Invoke(user) ?? false;

    private sealed class Order<T>(Func<T, bool> isRefused, Response response)
    {
        public static Order<T>? Of(Func<T, bool>? isRefused, Response response) => isRefused is null ? null : new(isRefused, response);

        public Response? AnswerTo(IEnumerable<T> items) => items.Any(isRefused) ? response : null;
    }
}
