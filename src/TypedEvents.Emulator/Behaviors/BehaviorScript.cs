using System.Collections.Concurrent;

namespace TypedEvents.Emulator;

/// <summary>Chooses the behavior for each request: queued behaviors first, then the default one.</summary>
internal sealed class BehaviorScript
{
    private readonly ConcurrentQueue<EmulatorBehavior> _next = new();
    private volatile EmulatorBehavior? _default;
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
        _default = behavior;
        _choose = choose;
    }

    public void Reset()
    {
        _next.Clear();
        Stand(null, null);
    }

    /// <summary>The next behavior, or <see langword="null"/> if a function chooses it after the body was read.</summary>
    public EmulatorBehavior? BeforeReading() => _next.TryDequeue(out EmulatorBehavior? next) ? next : _default;

    /// <summary>The number of queued behaviors.</summary>
    public int Queued => _next.Count;

    /// <summary>Whether a default behavior other than the normal one is set.</summary>
    public bool HasDefault => _default is not null || _choose is not null;

    public EmulatorBehavior? For(ReceivedRequest request) => _choose?.Invoke(request);
}
