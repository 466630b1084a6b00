namespace TypedEvents.Health;

/// <summary>
/// Reads the statistics of outboxes for health checks. All checks of one outbox share a reading while it takes long, so that an outbox that
/// hangs isn't asked again by each probe.
/// </summary>
internal sealed class OutboxReadings
{
    /// <summary>How long an outbox may take; a check that hangs hangs the whole report.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private readonly object _lock = new();
    private readonly Dictionary<EventTracker, Task<OutboxStatistics?>> _readings = [];

    /// <summary>Reads the statistics of a tracker's outbox. The task may take any time; its exception needn't be observed.</summary>
    public Task<OutboxStatistics?> ReadAsync(EventTracker tracker)
    {
        lock (_lock)
        {
            if (!_readings.TryGetValue(tracker, out Task<OutboxStatistics?>? reading) || reading.IsCompleted)
            {
                _readings[tracker] = reading = Task.Run(() => StartAsync(tracker));
                _ = reading.ContinueWith(
                    static faulted => _ = faulted.Exception,
                    CancellationToken.None,
                    TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default);
            }

            return reading;
        }
    }

    private static async Task<OutboxStatistics?> StartAsync(EventTracker tracker)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        return await tracker.Outbox.GetStatisticsAsync(timeout.Token).ConfigureAwait(false);
    }
}
