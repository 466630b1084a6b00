using System.Collections.Concurrent;

namespace TypedEvents.Emulator;

/// <summary>Says which behaviour is whose: those queued come first, then the standing one.</summary>
internal sealed class BehaviorScript
{
    private readonly ConcurrentQueue<EmulatorBehavior> _next = new();
    private volatile EmulatorBehavior? _standing;
    private volatile Func<ReceivedRequest, EmulatorBehavior?>? _choose;

    public void Enqueue(EmulatorBehavior behavior, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _next.Enqueue(behavior);
        }
    }

    public void Stand(EmulatorBehavior? behavior, Func<ReceivedRequest, EmulatorBehavior?>? choose)
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
    public EmulatorBehavior? BeforeReading() => _next.TryDequeue(out EmulatorBehavior? next) ? next : _standing;

    public EmulatorBehavior? For(ReceivedRequest request) => _choose?.Invoke(request);
}
