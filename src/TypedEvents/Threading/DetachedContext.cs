namespace TypedEvents;

/// <summary>
/// Makes what outlives the caller without the caller's execution context: a timer or a loop that captured it would keep all that
/// the caller's async locals hold, such as the request that made the tracker, in memory for as long as it lives.
/// </summary>
internal static class DetachedContext
{
    /// <summary>Makes a timer that runs without the caller's execution context.</summary>
    /// <param name="clock">The timer's clock.</param>
    /// <param name="callback">What it does.</param>
    /// <param name="state">What <paramref name="callback"/> gets.</param>
    /// <returns>A timer that isn't set.</returns>
    public static ITimer CreateTimer(TimeProvider clock, TimerCallback callback, object? state) =>
        Run(() => clock.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));

    /// <summary>Starts work on the thread pool without the caller's execution context.</summary>
    /// <param name="work">What to start.</param>
    /// <returns>A task that ends when the work does.</returns>
    public static Task Start(Func<Task> work) => Run(() => Task.Run(work));

    /// <summary>Starts work on this thread, up to where it first waits, without the caller's execution context.</summary>
    /// <param name="work">What to start.</param>
    /// <returns>A task that ends when the work does.</returns>
    public static Task StartHere(Func<Task> work) => Run(work);

    private static T Run<T>(Func<T> create)
    {
        // To suppress the flow a second time is an error on .NET 8.
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
