using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using TypedEvents.Registration;

namespace TypedEvents.Health;

/// <summary>
/// Reports what a tracker knows. It sends no request, and reads nothing but the outbox: a probe must not be what makes an application slow or
/// unready.
/// </summary>
internal sealed class TrackerHealthCheck(
    string? key,
    TypedEventsHealthOptions options,
    OutboxReadings readings,
    TrackerRegistry? registry,
    TrackerFactory? factory) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (registry?.Find(key) is not { } registration || factory is null)
        {
            return new HealthCheckResult(
                context.Registration.FailureStatus,
                key is null
                    ? "No tracker is registered. Call AddTypedEvents on the service collection."
                    : $"No tracker '{key}' is registered. Call AddKeyedTypedEvents on the service collection.");
        }

        if (factory.IsReplaced)
        {
            return HealthCheckResult.Healthy("The trackers are replaced for a test.");
        }

        EventTracker? tracker = null;
        foreach ((TrackerRegistration made, EventTracker its) in factory.Made)
        {
            tracker = made == registration ? its : tracker;
        }

        if (tracker is null)
        {
            return HealthCheckResult.Healthy("The tracker hasn't been used yet.");
        }

        return await CheckAsync(tracker, registration, context.Registration.FailureStatus, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HealthCheckResult> CheckAsync(EventTracker tracker, TrackerRegistration registration, HealthStatus failureStatus, CancellationToken cancellationToken)
    {
        DeliveryState state = tracker.Delivery;
        TrackerStatistics statistics = tracker.Statistics;
        Dictionary<string, object> data = new(StringComparer.Ordinal) { ["tracker"] = tracker.Name, ["tracked"] = statistics.Tracked, ["dropped"] = statistics.Dropped.Total };
        if (state.Reason == PauseReason.Disabled)
        {
            return factory!.IsNotConfigured(registration)
                ? new HealthCheckResult(failureStatus, "The tracker is disabled, because no credentials are configured.", data: data)
                : HealthCheckResult.Healthy("The tracker is disabled.", data);
        }

        List<string> problems = [];
        AddDelivery(state, data, problems);
        double use = statistics.BufferLimit > 0 ? (double)statistics.BufferUsage / statistics.BufferLimit : 0;
        data["bufferUse"] = Math.Round(use, 3);
        if (use > options.MaxBufferUse)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"{use:P0} of the buffer is in use: the outbox takes events more slowly than they are tracked."));
        }

        if (state.OutboxProblem is { } outboxProblem)
        {
            problems.Add(outboxProblem);
        }
        else if (!state.IsOutboxOpen)
        {
            problems.Add("The outbox isn't open yet.");
        }
        else
        {
            await AddOutboxAsync(tracker, state.At, data, problems, cancellationToken).ConfigureAwait(false);
        }

        return problems.Count == 0
            ? HealthCheckResult.Healthy("Events are delivered.", data)
            : new HealthCheckResult(failureStatus, string.Join(' ', problems), data: data);
    }

    private void AddDelivery(DeliveryState state, Dictionary<string, object> data, List<string> problems)
    {
        data["paused"] = state.IsPaused;
        if (state.LastAcceptedAt is { } accepted)
        {
            data["lastAcceptedAt"] = accepted;
        }

        if (state.Reason is not { } reason || state.PausedSince is not { } since)
        {
            return;
        }

        data["pauseReason"] = reason.ToString();
        data["pausedSince"] = since;
        if (state.NextAttemptAt is { } next)
        {
            data["nextAttemptAt"] = next;
        }

        if (state.At - since >= options.MaxPause)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"Delivery has been paused since {since:u} ({reason}). {state.Problem}").TrimEnd());
        }
    }

    private async ValueTask AddOutboxAsync(EventTracker tracker, DateTimeOffset now, Dictionary<string, object> data, List<string> problems, CancellationToken cancellationToken)
    {
        OutboxStatistics? outbox;
        try
        {
            outbox = await readings.ReadAsync(tracker).WaitAsync(OutboxReadings.Timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever the outbox throws is what the report is about.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            problems.Add(exception is OperationCanceledException or TimeoutException ? "The outbox's statistics couldn't be read in time." : $"The outbox's statistics couldn't be read: {exception.Message}");
            return;
        }

        if (outbox is null)
        {
            return;
        }

        data["pending"] = outbox.Pending;
        data["deadLetters"] = outbox.DeadLetters;
        data["held"] = outbox.Held;
        if (outbox.OldestPendingAt is { } oldest)
        {
            data["oldestPendingAt"] = oldest;
            if (now - oldest > options.MaxPendingAge)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"{outbox.Pending} events are pending, the oldest since {oldest:u}."));
            }
        }

        if (options.DeadLettersMatter && outbox.DeadLetters > 0)
        {
            problems.Add(outbox.DeadLetters == 1
                ? "There is 1 dead letter: replay or purge it."
                : string.Create(CultureInfo.InvariantCulture, $"There are {outbox.DeadLetters} dead letters: replay or purge them."));
        }

        if (options.DeadLettersMatter && outbox.Held > 0)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"{outbox.Held} events are on hold, because EngageLab rejects all events of their name."));
        }
    }
}
