using System.Collections.Concurrent;

namespace TypedEvents.Collector;

/// <summary>Says which behaviour is whose: those queued come first, then the standing one.</summary>
internal sealed class BehaviorScript
{
    private readonly ConcurrentQueue<CollectorBehavior> _next = new();
    private volatile CollectorBehavior? _standing;
    private volatile Func<ReceivedRequest, CollectorBehavior?>? _choose;

    public void Enqueue(CollectorBehavior behavior, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _next.Enqueue(behavior);
        }
    }

    public void Stand(CollectorBehavior? behavior, Func<ReceivedRequest, CollectorBehavior?>? choose)
    {
        _standing = behavior;
        _choose = choose;
    }

    public void Reset()
    {
        _next.Clear();
        Stand(null, null);
    }

    /// <summary>The next behaviour, as far as it is known before the body is read.</summary>
    public CollectorBehavior? BeforeReading() => _next.TryDequeue(out CollectorBehavior? next) ? next : _standing;

    public CollectorBehavior? For(ReceivedRequest request) => _choose?.Invoke(request);
}
