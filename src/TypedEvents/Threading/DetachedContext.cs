namespace TypedEvents;

/// <summary>
/// Starts timers and loops without the caller's execution context: if they captured it, they would keep the objects of the caller's async
/// locals alive, such as the request in which the tracker was created. Nor do they continue on the caller's synchronization context or task
/// scheduler, whose thread may be the one that waits for them.
/// </summary>
internal static class DetachedContext
{
    /// <summary>Creates a timer that runs without the caller's execution context.</summary>
    /// <param name="clock">The timer's clock.</param>
    /// <param name="callback">The timer's callback.</param>
    /// <param name="state">The argument of <paramref name="callback"/>.</param>
    /// <returns>A timer that isn't running.</returns>
    public static ITimer CreateTimer(TimeProvider clock, TimerCallback callback, object? state) =>
        Run(() => clock.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));

    /// <summary>Starts work on the thread pool without the caller's execution context.</summary>
    /// <param name="work">The work.</param>
    /// <returns>A task that completes when the work does.</returns>
    public static Task Start(Func<Task> work) => Run(() => Task.Run(work));

    /// <summary>Starts work on this thread, up to its first incomplete await, without the caller's contexts.</summary>
    /// <param name="work">The work.</param>
    /// <returns>A task that completes when the work does.</returns>
    public static Task StartHere(Func<Task> work) => Run(() =>
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            // An await continues on the scheduler of the task that it is in.
            var start = new Task<Task>(work);
            start.RunSynchronously(TaskScheduler.Default);
            return start.Unwrap();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    });

    private static T Run<T>(Func<T> create)
    {
        // Suppressing the flow twice is an error on .NET 8.
        if (ExecutionContext.IsFlowSuppressed())
        {
            return create();
        }

        using (ExecutionContext.SuppressFlow())
        {
            return create();
        }
    }
}
