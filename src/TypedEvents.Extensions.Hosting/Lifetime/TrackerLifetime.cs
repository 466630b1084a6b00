using Microsoft.Extensions.Logging;
using TypedEvents.Registration;

namespace TypedEvents.Lifetime;

/// <summary>Starts and flushes the trackers of a container, for a host or for an application that has none.</summary>
internal sealed class TrackerLifetime(TrackerRegistry registry, TrackerFactory factory, ILoggerFactory? loggerFactory = null)
{
    /// <summary>How long the start waits for an outbox that neither opens nor fails; the tracker goes on opening it.</summary>
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(10);

    private readonly ILogger? _logger = loggerFactory?.CreateLogger(Log.Category);

    /// <summary>Makes all trackers and opens their outboxes.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Settings are invalid.</exception>
    /// <exception cref="OutboxUnusableException">An outbox can't be used.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (factory.IsReplaced)
        {
            return;
        }

        // A tracker opens its outbox when it is made.
        factory.Prepare(registry.Trackers);
        List<EventTracker> trackers = [];
        foreach (TrackerRegistration registration in registry.Trackers)
        {
            trackers.Add(factory.Get(registration));
        }

        await Task.WhenAll(trackers.ConvertAll(tracker => StartAsync(tracker, cancellationToken))).ConfigureAwait(false);
    }

    /// <summary>Warns where the host gives up before a tracker does.</summary>
    public void CompareWithHost(TimeSpan hostTimeout)
    {
        if (hostTimeout == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        foreach ((_, EventTracker tracker) in factory.Made)
        {
            if (_logger is not null && tracker.ShutdownTimeout >= hostTimeout && tracker.Delivery.Reason != PauseReason.Disabled)
            {
                Log.TimeoutNotBelowHosts(_logger, tracker.Name, tracker.ShutdownTimeout, hostTimeout);
            }
        }
    }

    /// <summary>Flushes the trackers that were made, all at once.</summary>
    public async ValueTask<IReadOnlyDictionary<string, FlushResult>> FlushAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, FlushResult> results = new(StringComparer.Ordinal);
        List<(string Name, Task<FlushResult> Flush)> flushes = [];
        foreach ((string name, IEventTracker tracker) in Trackers())
        {
            flushes.Add((name, tracker.FlushAsync(cancellationToken).AsTask()));
        }

        foreach ((string name, Task<FlushResult> flush) in flushes)
        {
            results.Add(name, await flush.ConfigureAwait(false));
        }

        return results;
    }

    private List<(string Name, IEventTracker Tracker)> Trackers()
    {
        List<(string, IEventTracker)> trackers = [];
        if (factory.IsReplaced)
        {
            foreach (TrackerRegistration registration in registry.Trackers)
            {
                trackers.Add((registration.Name, factory.GetInterface(registration.Key)));
            }
        }
        else
        {
            foreach ((TrackerRegistration registration, EventTracker tracker) in factory.Made)
            {
                trackers.Add((registration.Name, tracker));
            }
        }

        return trackers;
    }

    private async Task StartAsync(EventTracker tracker, CancellationToken cancellationToken)
    {
        Task start = tracker.StartAsync(cancellationToken);
        try
        {
            await start.WaitAsync(StartTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (OutboxUnusableException)
        {
            throw;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (TimeoutException) when (!start.IsCompleted)
        {
            // Nobody waits for it any more; the tracker logs why an attempt failed.
            _ = start.ContinueWith(
                static late => _ = late.Exception,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            if (_logger is not null)
            {
                Log.StartedBeforeOutbox(_logger, tracker.Name, StartTimeout);
            }
        }
#pragma warning disable CA1031 // The tracker has logged it, goes on trying, and buffers events until then.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}
