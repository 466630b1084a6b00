using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>
/// Adds targets to the outbox while the tracker runs, in order, and retries each until it has succeeded
/// or the tracker ends.
/// </summary>
internal sealed class TargetAdder(IEventOutbox outbox, OutboxInitializer initializer, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly object _lock = new();
    private Task _added = Task.CompletedTask;

    /// <summary>Completes when the outbox has all targets, or when the tracker ends.</summary>
    public Task Added
    {
        get
        {
            lock (_lock)
            {
                return _added;
            }
        }
    }

    /// <summary>Begins to add a target.</summary>
    /// <param name="target">The target.</param>
    /// <param name="ending">Cancels the attempts.</param>
    public void Add(OutboxTarget target, CancellationToken ending)
    {
        lock (_lock)
        {
            Task before = _added;
            _added = DetachedContext.Start(() => AddAsync(before, target, ending));
        }
    }

    private async Task AddAsync(Task before, OutboxTarget target, CancellationToken ending)
    {
        await before.ConfigureAwait(false);
        await initializer.Opened.WaitAsync(ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        TimeSpan pause = FirstPause;
        while (!ending.IsCancellationRequested && !await TryAddAsync(target, isFirst: pause == FirstPause, ending).ConfigureAwait(false))
        {
            await Task.Delay(pause, clock, ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async ValueTask<bool> TryAddAsync(OutboxTarget target, bool isFirst, CancellationToken ending)
    {
        try
        {
            await outbox.AddTargetAsync(target, ending).ConfigureAwait(false);
            return true;
        }
#pragma warning disable CA1031 // Whatever goes wrong, it is tried again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (isFirst && !ending.IsCancellationRequested)
            {
                Log.TargetNotAdded(logger, exception);
            }

            return false;
        }
    }
}
