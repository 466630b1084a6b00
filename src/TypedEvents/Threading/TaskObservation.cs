namespace TypedEvents;

/// <summary>
/// For tasks that are waited for only for a time: an exception that comes after that is nobody's news, and isn't reported by
/// <see cref="TaskScheduler.UnobservedTaskException"/>.
/// </summary>
internal static class TaskObservation
{
    public static TTask Observed<TTask>(this TTask task)
        where TTask : Task
    {
        _ = task.ContinueWith(
            static faulted => _ = faulted.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return task;
    }
}
