namespace TypedEvents.Benchmarks;

/// <summary>A way to accept events from any thread and pass them to a running consumer.</summary>
internal interface ITrackWay : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Tracks one of a thread's events.</summary>
    /// <returns>Whether the event was accepted.</returns>
    bool Track(int thread);
}
