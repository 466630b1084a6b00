namespace TypedEvents.Collector;

/// <summary>Which correct events and users the collector was told not to accept.</summary>
internal sealed class Orders
{
    private volatile Order<ReceivedEvent>? _events;
    private volatile Order<UserIdentity>? _users;
    private volatile Func<UserIdentity, bool>? _leftOut;

    public void RefuseEvents(Func<ReceivedEvent, bool>? isRefused, Answer answer) => _events = Order<ReceivedEvent>.Of(isRefused, answer);

    public void RefuseUsers(Func<UserIdentity, bool>? isRefused, Answer answer) => _users = Order<UserIdentity>.Of(isRefused, answer);

    public void LeaveOutUsers(Func<UserIdentity, bool>? isLeftOut) => _leftOut = isLeftOut;

    public Answer? Refuse(IEnumerable<ReceivedEvent> events) => _events?.AnswerTo(events);

    public Answer? Refuse(IEnumerable<UserIdentity> users) => _users?.AnswerTo(users);

    public bool LeavesOut(UserIdentity user) => _leftOut?.Invoke(user) ?? false;

    private sealed class Order<T>(Func<T, bool> isRefused, Answer answer)
    {
        public static Order<T>? Of(Func<T, bool>? isRefused, Answer answer) => isRefused is null ? null : new(isRefused, answer);

        public Answer? AnswerTo(IEnumerable<T> items) => items.Any(isRefused) ? answer : null;
    }
}
