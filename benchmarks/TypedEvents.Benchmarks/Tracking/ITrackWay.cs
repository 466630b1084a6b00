namespace TypedEvents.Benchmarks;

/// <summary>A way to take events from any thread and hand them to a consumer that is running.</summary>
internal interface ITrackWay : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Takes one of a thread's events.</summary>
    /// <returns>Whether there was room.</returns>
    bool Track(int thread);
}
